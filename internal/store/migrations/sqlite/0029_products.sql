-- +goose Up

-- What else a product has. categoria_fold is its order and its filter. What the Carta
-- Porte asks is text as the SAT writes it; imagen is the digest of the picture.
ALTER TABLE products ADD COLUMN categoria TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN categoria_fold TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN peso_en_kg TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN material_peligroso TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN cve_material_peligroso TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN embalaje TEXT NOT NULL DEFAULT '';
ALTER TABLE products ADD COLUMN imagen TEXT NOT NULL DEFAULT '';

-- Each order of the list, and each within one category; what has none costs nothing.
CREATE INDEX products_by_categoria ON products (tenant_id, activo, categoria_fold, id);
CREATE INDEX products_in_categoria_by_descripcion ON products (tenant_id, activo, categoria_fold, descripcion_fold, id) WHERE categoria_fold <> '';
CREATE INDEX products_in_categoria_by_clave ON products (tenant_id, activo, categoria_fold, clave, id) WHERE categoria_fold <> '';
CREATE INDEX products_in_categoria_by_precio ON products (tenant_id, activo, categoria_fold, COALESCE(precio, -1), id) WHERE categoria_fold <> '';
CREATE INDEX products_in_categoria_by_sat ON products (tenant_id, activo, categoria_fold, clave_prod_serv, id) WHERE categoria_fold <> '';
CREATE INDEX products_in_categoria_by_unidad ON products (tenant_id, activo, categoria_fold, clave_unidad, id) WHERE categoria_fold <> '';
CREATE INDEX products_categorias ON products (tenant_id, categoria_fold, categoria) WHERE categoria_fold <> '';

-- The customs documents by which a product came in. cantidad is a decimal, fecha a day; both may be ''.
CREATE TABLE product_lots (
    tenant_id   TEXT    NOT NULL,
    product_id  TEXT    NOT NULL,
    id          TEXT    NOT NULL,
    pedimento   TEXT    NOT NULL,
    nota        TEXT    NOT NULL DEFAULT '',
    cantidad    TEXT    NOT NULL DEFAULT '',
    fecha       TEXT    NOT NULL DEFAULT '',
    abierto     BOOLEAN NOT NULL,
    updated_at  BIGINT  NOT NULL,
    updated_by  TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, product_id, id),
    FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id)
);
CREATE UNIQUE INDEX product_lots_pedimento ON product_lots (tenant_id, product_id, pedimento);
CREATE INDEX product_lots_newest ON product_lots (tenant_id, product_id, fecha, id);

-- The picture of a product, a JPEG of our making.
CREATE TABLE product_images (
    tenant_id   TEXT   NOT NULL,
    product_id  TEXT   NOT NULL,
    digest      TEXT   NOT NULL,
    jpeg        BLOB   NOT NULL,
    PRIMARY KEY (tenant_id, product_id),
    FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id)
);

-- Lists of prices: descuento is per cent off a product's own price where the list has none.
CREATE TABLE price_lists (
    tenant_id    TEXT    NOT NULL,
    id           TEXT    NOT NULL,
    nombre       TEXT    NOT NULL,
    nombre_fold  TEXT    NOT NULL,
    moneda       TEXT    NOT NULL,
    descuento    TEXT    NOT NULL DEFAULT '',
    activa       BOOLEAN NOT NULL,
    version      BIGINT  NOT NULL DEFAULT 1,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    updated_by   TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX price_lists_nombre ON price_lists (tenant_id, nombre_fold);

-- precio is millionths.
CREATE TABLE prices (
    tenant_id   TEXT   NOT NULL,
    list_id     TEXT   NOT NULL,
    product_id  TEXT   NOT NULL,
    precio      BIGINT NOT NULL,
    updated_at  BIGINT NOT NULL,
    updated_by  TEXT   NOT NULL DEFAULT '',
    PRIMARY KEY (tenant_id, list_id, product_id),
    FOREIGN KEY (tenant_id, list_id) REFERENCES price_lists (tenant_id, id),
    FOREIGN KEY (tenant_id, product_id) REFERENCES products (tenant_id, id)
);
CREATE INDEX prices_product ON prices (tenant_id, product_id);

ALTER TABLE customers ADD COLUMN lista_precios TEXT NOT NULL DEFAULT '';
CREATE INDEX customers_lista ON customers (tenant_id, lista_precios) WHERE lista_precios <> '';
