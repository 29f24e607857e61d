/** Triple DES in CBC, to open the keys that the SAT hands out: WebCrypto has none. FIPS 46-3. */

const IP = "58 50 42 34 26 18 10 2 60 52 44 36 28 20 12 4 62 54 46 38 30 22 14 6 64 56 48 40 32 24 16 8 57 49 41 33 25 17 9 1 59 51 43 35 27 19 11 3 61 53 45 37 29 21 13 5 63 55 47 39 31 23 15 7";
const FP = "40 8 48 16 56 24 64 32 39 7 47 15 55 23 63 31 38 6 46 14 54 22 62 30 37 5 45 13 53 21 61 29 36 4 44 12 52 20 60 28 35 3 43 11 51 19 59 27 34 2 42 10 50 18 58 26 33 1 41 9 49 17 57 25";
const E = "32 1 2 3 4 5 4 5 6 7 8 9 8 9 10 11 12 13 12 13 14 15 16 17 16 17 18 19 20 21 20 21 22 23 24 25 24 25 26 27 28 29 28 29 30 31 32 1";
const P = "16 7 20 21 29 12 28 17 1 15 23 26 5 18 31 10 2 8 24 14 32 27 3 9 19 13 30 6 22 11 4 25";
const PC1 = "57 49 41 33 25 17 9 1 58 50 42 34 26 18 10 2 59 51 43 35 27 19 11 3 60 52 44 36 63 55 47 39 31 23 15 7 62 54 46 38 30 22 14 6 61 53 45 37 29 21 13 5 28 20 12 4";
const PC2 = "14 17 11 24 1 5 3 28 15 6 21 10 23 19 12 4 26 8 16 7 27 20 13 2 41 52 31 37 47 55 30 40 51 45 33 48 44 49 39 56 34 53 46 42 50 36 29 32";
const SHIFTS = [1, 1, 2, 2, 2, 2, 2, 2, 1, 2, 2, 2, 2, 2, 2, 1];
const S = [
  "E4D12FB83A6C5907 0F74E2D1A6CB9538 41E8D62BFC973A50 FC8249175B3EA06D",
  "F18E6B34972DC05A 3D47F28EC01A69B5 0E7BA4D158C6932F D8A13F42B67C05E9",
  "A09E63F51DC7B428 D709346A285ECBF1 D6498F30B12C5AE7 1AD069874FE3B52C",
  "7DE3069A1285BC4F D8B56F03472C1AE9 A690CB7DF13E5284 3F06A1D8945BC72E",
  "2C417AB6853FD0E9 EB2C47D150FA3986 421BAD78F9C5630E B8C71E2D6F09A453",
  "C1AF92680D34E75B AF427C9561DE0B38 9EF528C3704A1DB6 432C95FABE17608D",
  "4B2EF08D3C975A61 D0B7491AE35C2F86 14BDC37EAF680592 6BD814A7950FE23C",
  "D2846FB1A93E50C7 1FD8A374C56B0E92 7B419CE206ADF358 21E74A8DFC90356B",
].map((rows) => rows.replace(/ /g, ""));

type Bits = Uint8Array;

const table = (text: string) => text.split(" ").map((n) => Number(n) - 1);
const tables = { ip: table(IP), fp: table(FP), e: table(E), p: table(P), pc1: table(PC1), pc2: table(PC2) };

function pick(from: Bits, by: number[]): Bits {
  const out = new Uint8Array(by.length);
  by.forEach((n, i) => (out[i] = from[n] ?? 0));
  return out;
}

function toBits(bytes: Uint8Array): Bits {
  const out = new Uint8Array(bytes.length * 8);
  bytes.forEach((b, i) => {
    for (let k = 0; k < 8; k++) out[i * 8 + k] = (b >> (7 - k)) & 1;
  });
  return out;
}

function toBytes(bits: Bits): Uint8Array {
  const out = new Uint8Array(bits.length / 8);
  bits.forEach((b, i) => (out[i >> 3] = (out[i >> 3] ?? 0) | (b << (7 - (i & 7)))));
  return out;
}

/** The sixteen round keys of eight bytes of key. */
function schedule(key: Uint8Array): Bits[] {
  const cd = pick(toBits(key), tables.pc1);
  let c = cd.slice(0, 28);
  let d = cd.slice(28);
  const turn = (half: Bits, n: number) => new Uint8Array([...half.slice(n), ...half.slice(0, n)]);
  return SHIFTS.map((n) => {
    c = turn(c, n);
    d = turn(d, n);
    return pick(new Uint8Array([...c, ...d]), tables.pc2);
  });
}

function block(input: Bits, keys: Bits[]): Bits {
  const start = pick(input, tables.ip);
  let left = start.slice(0, 32);
  let right = start.slice(32);
  for (const key of keys) {
    const wide = pick(right, tables.e).map((b, i) => b ^ (key[i] ?? 0));
    const out = new Uint8Array(32);
    for (let i = 0; i < 8; i++) {
      const six = wide.slice(i * 6, i * 6 + 6);
      const row = ((six[0] ?? 0) << 1) | (six[5] ?? 0);
      const column = ((six[1] ?? 0) << 3) | ((six[2] ?? 0) << 2) | ((six[3] ?? 0) << 1) | (six[4] ?? 0);
      const value = parseInt(S[i]?.[row * 16 + column] ?? "0", 16);
      for (let k = 0; k < 4; k++) out[i * 4 + k] = (value >> (3 - k)) & 1;
    }
    const mixed = pick(out, tables.p).map((b, i) => b ^ (left[i] ?? 0));
    left = right;
    right = mixed;
  }
  return pick(new Uint8Array([...right, ...left]), tables.fp);
}

/** Decrypts data under 24 bytes of key; the padding is still on. */
export function decryptTripleDES(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const [one, two, three] = [0, 8, 16].map((at) => schedule(key.slice(at, at + 8))) as [Bits[], Bits[], Bits[]];
  const rounds = [three.slice().reverse(), two, one.slice().reverse()];
  const out = new Uint8Array(data.length);
  let before = iv;
  for (let at = 0; at < data.length; at += 8) {
    const sealed = data.slice(at, at + 8);
    let bits = toBits(sealed);
    for (const keys of rounds) bits = block(bits, keys);
    toBytes(bits).forEach((b, i) => (out[at + i] = b ^ (before[i] ?? 0)));
    before = sealed;
  }
  return out;
}
