package demo

// Rfc is the demo company's. Nobody has it; its check digit is right.
const Rfc = "TCG180314LM1"

const (
	companyName = "TALLER DE CERAMICA LOS GIRASOLES"
	tradeName   = "Los Girasoles"
	userEmail   = "mariana@losgirasoles.example"
	userName    = "Mariana Toledo"
	companyCP   = "72760"
	borderCP    = "22000" // Tijuana, where the 8 % of the border stimulus may be used
)

// A customer of the demo: RFC, name, postal code, regime, use, mail, and the form of payment it usually asks for.
type customer struct{ rfc, nombre, cp, regimen, uso, correo, forma, metodo string }

var customers = []customer{
	{"HCS110908RTA", "HOTEL CASONA SAN FRANCISCO", "72000", "601", "G03", "compras@casonasanfrancisco.example", "99", "PPD"},
	{"RCL200115P95", "RESTAURANTE EL COMAL DE LUPITA", "72760", "601", "G03", "lupita@elcomal.example", "03", "PUE"},
	{"CHB1502207QA", "COMERCIALIZADORA HORIZONTE DEL BAJIO", "36000", "601", "G01", "cuentas@horizontebajio.example", "99", "PPD"},
	{"DMS090325H53", "DISTRIBUIDORA MEDICA DEL SURESTE", "97000", "601", "G01", "pagos@dmsureste.example", "03", "PUE"},
	{"EBC060821TG0", "ESCUELA BILINGUE CHOLULA", "72760", "603", "G03", "administracion@ebcholula.example", "03", "PUE"},
	{"AGN140620QJ8", "AGRICOLA NOPALERA DE MILPA ALTA", "12000", "622", "G03", "nopalera@milpaalta.example", "03", "PUE"},
	{"TNO170911K32", "TRANSPORTES DEL NOROESTE", "22000", "624", "G03", "trafico@tnoroeste.example", "03", "PUE"},
	{"CCV120405SE4", "CONSTRUCTORA CUMBRES DEL VALLE", "64000", "601", "I01", "obras@cumbresvalle.example", "99", "PPD"},
	{"LSP190212R80", "LIBRERIA EL SEÑOR DE LOS PAPELES", "06700", "601", "G01", "libros@senordelospapeles.example", "04", "PUE"},
	{"FMA080707BC5", "FARMACIAS MARIA AUXILIADORA", "44100", "601", "G01", "almacen@farmaciasma.example", "03", "PUE"},
	{"GTC160130LK5", "GRUPO TEXTIL CHIAUTEMPAN", "90800", "601", "G01", "compras@gtchiautempan.example", "99", "PPD"},
	{"IPM050516HD7", "INMOBILIARIA PASEO MONTEJO", "97127", "601", "G03", "rentas@paseomontejo.example", "03", "PUE"},
	{"VPI131119UY3", "VIAJES PUERTO ILUSION", "77500", "601", "G03", "reservas@puertoilusion.example", "04", "PUE"},
	{"CJS180808M18", "CAFETALERA JARDIN DE LA SIERRA", "91000", "601", "G01", "cafe@jardinsierra.example", "03", "PUE"},
	{"EMQ210301TA1", "ESTUDIO MURAL QUERETARO", "76000", "626", "G03", "hola@muralqro.example", "03", "PUE"},
	{"SRL110222FG3", "SEGUROS Y RIESGOS LAGUNA", "27000", "601", "G03", "facturas@riesgoslaguna.example", "03", "PUE"},
	{"PN&910704S17", "PANIFICADORA NUÑEZ & HIJOS", "50000", "601", "G01", "pan@nunezehijos.example", "01", "PUE"},
	{"EBA190405MN4", "EVENTOS Y BANQUETES ANGELOPOLIS", "72197", "601", "G03", "eventos@angelopolis.example", "03", "PUE"},
	{"OOMR790512AB9", "ROSA ELENA OCHOA MENDEZ", "72810", "612", "G03", "rosaelena@correo.example", "28", "PUE"},
	{"OERF850417AB5", "MARIA FERNANDA OLVERA RUIZ", "72197", "626", "G03", "fer.olvera@correo.example", "04", "PUE"},
	{"GAHL900823PQ4", "LUIS ALBERTO GARCIA HERNANDEZ", "03100", "612", "G03", "luisgarcia@correo.example", "03", "PUE"},
	{"MOCA760214JK8", "ANA SOFIA MORENO CASTILLO", "45050", "605", "D01", "anasofia@correo.example", "28", "PUE"},
	{"TOLM881130RS5", "MARIANA TOLEDO LOPEZ", "72000", "626", "G03", "mariana.toledo@correo.example", "03", "PUE"},
	{"PEÑJ930605TU3", "JORGE PEÑA IBARRA", "83000", "612", "G03", "jorgepena@correo.example", "01", "PUE"},
	{"RASC810909VWA", "CARMEN RAMIREZ SALINAS", "78000", "606", "G03", "carmen.ramirez@correo.example", "03", "PUE"},
	{"DIVE950118XY8", "ERNESTO DIAZ VELAZQUEZ", "20000", "625", "G03", "ernesto.diaz@correo.example", "03", "PUE"},
	{"CUMB700327ZA6", "BEATRIZ CRUZ MARTINEZ", "68000", "605", "D01", "", "28", "PUE"},
	{"SAGI840612BD2", "IGNACIO SANCHEZ GUERRERO", "58000", "626", "G03", "nacho.sanchez@correo.example", "03", "PUE"},
	{genericForeign, "CASA DEL BARRO IMPORTS", companyCP, "616", "S01", "orders@casadelbarro.example", "03", "PUE"},
	{genericPublic, "PUBLICO EN GENERAL", companyCP, "616", "S01", "", "01", "PUE"},
}

const (
	genericPublic  = "XAXX010101000"
	genericForeign = "XEXX010101000"
)

// How a product is taxed; the keys are of c_TasaOCuota.
const (
	iva16    = "iva16"
	iva8     = "iva8"
	iva0     = "iva0"
	exento   = "exento"
	ieps8    = "ieps8"    // dense food: IEPS 8 % with IVA 0 %
	beer     = "beer"     // IEPS 26.5 % with IVA 16 %
	spirits  = "spirits"  // IEPS 53 % with IVA 16 %
	freight  = "freight"  // IVA 16 % with IVA withheld 4 %
	services = "services" // IVA 16 %, used with withheld ISR and IVA where it is a professional's
)

// A product of the demo: own key, description, SAT key, unit, price without taxes, and how it is taxed.
type product struct{ clave, descripcion, sat, unidad, nombreUnidad, precio, impuestos string }

var products = []product{
	{"TAZA-TAL", "Taza de talavera 350 ml", "52152101", "H87", "Pieza", "148.28", iva16},
	{"TAZA-BAR", "Taza de barro bruñido 300 ml", "52152101", "H87", "Pieza", "112.07", iva16},
	{"PLATO-27", "Plato extendido 27 cm, diseño Girasol", "52152004", "H87", "Pieza", "215.52", iva16},
	{"PLATO-HO", "Plato hondo 22 cm, diseño Girasol", "52152004", "H87", "Pieza", "198.28", iva16},
	{"VAJ-16", "Vajilla de 16 piezas, diseño Girasol", "48101901", "SET", "Juego", "2844.83", iva16},
	{"JARRA-2", "Jarra de agua 2 litros", "52152001", "H87", "Pieza", "387.93", iva16},
	{"JARRA-SV", "Jarra para servicio de comedor", "48101907", "H87", "Pieza", "456.90", iva16},
	{"FRASCO", "Frasco con tapa 1 litro", "52152010", "H87", "Pieza", "163.79", iva16},
	{"MURAL-M2", "Mural de azulejo pintado a mano", "60121000", "MTK", "Metro cuadrado", "3650.00", iva16},
	{"CUADRO", "Cuadro de azulejo 60 × 40", "60121001", "H87", "Pieza", "1250.00", iva16},
	{"SOUV", "Recuerdo de talavera con grabado", "49101602", "H87", "Pieza", "68.97", iva16},
	{"COLEC", "Pieza de colección numerada", "49101600", "H87", "Pieza", "5172.41", iva16},
	{"BARRO", "Barro preparado", "11111500", "KGM", "Kilogramo", "18.10", iva16},
	{"GRAVA", "Gravilla decorativa", "11111611", "KGM", "Kilogramo", "9.48", iva16},
	{"TINTE", "Esmalte cerámico azul cobalto", "12171500", "KGM", "Kilogramo", "431.03", iva16},
	{"PINT", "Pintura para acabado mate", "31211500", "LTR", "Litro", "206.90", iva16},
	{"DESECH", "Vaso desechable biodegradable, paquete", "52151500", "XPK", "Paquete", "51.72", iva16},
	{"LIMP", "Limpiador para piezas esmaltadas", "47131800", "LTR", "Litro", "77.59", iva16},
	{"CURSO-MO", "Curso de modelado, persona", "86132000", "E48", "Servicio", "1800.00", services},
	{"TALLER", "Taller de esmaltado para empresas", "86101709", "HUR", "Hora", "950.00", services},
	{"DISENO", "Diseño de pieza a la medida", "82141504", "E48", "Servicio", "4200.00", services},
	{"PUBLI", "Diseño de campaña para tienda", "82101800", "E48", "Servicio", "6500.00", services},
	{"WEB", "Hospedaje anual de la tienda en línea", "81112105", "E48", "Servicio", "2586.21", services},
	{"ASESOR", "Asesoría en administración del taller", "80161500", "HUR", "Hora", "700.00", services},
	{"CONTA", "Servicio contable mensual", "84111502", "MON", "Mes", "3500.00", services},
	{"LIMPIEZA", "Limpieza del local después de evento", "76111501", "E48", "Servicio", "1293.10", services},
	{"MANTTO", "Mantenimiento de hornos", "72101507", "E48", "Servicio", "5600.00", services},
	{"FLETE", "Flete local de piezas", "78101801", "E48", "Servicio", "850.00", freight},
	{"RENTA", "Renta del salón del taller", "80131502", "DAY", "Día", "4500.00", services},
	{"BANQ", "Banquete para inauguración, persona", "90101600", "E48", "Servicio", "320.00", iva16},
	{"LIBRO-1", "Libro «Manos de barro»", "55101509", "H87", "Pieza", "280.00", iva0},
	{"CATALOGO", "Catálogo impreso de la colección", "55101500", "H87", "Pieza", "95.00", iva0},
	{"PAN", "Pan de la casa, pieza", "50181901", "H87", "Pieza", "14.00", iva0},
	{"CAFE", "Café de la sierra en grano", "50201706", "KGM", "Kilogramo", "240.00", iva0},
	{"AGUA", "Agua en garrafón de 20 litros", "50202301", "H87", "Pieza", "38.00", iva0},
	{"MEDIC", "Analgésico para botiquín, caja", "51142001", "XBX", "Caja", "46.00", iva0},
	{"CONSULTA", "Consulta médica para el personal", "85121502", "E48", "Servicio", "600.00", exento},
	{"CHOCO", "Chocolate artesanal con alta densidad calórica", "50161813", "KGM", "Kilogramo", "310.00", ieps8},
	{"CERVEZA", "Cerveza artesanal 355 ml", "50202201", "H87", "Pieza", "42.00", beer},
	{"MEZCAL", "Mezcal joven 750 ml", "50202206", "H87", "Pieza", "465.00", spirits},
}
