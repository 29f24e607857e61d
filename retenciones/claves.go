package retenciones

import "strings"

// The catalogues that the schemas hold attributes of the complements to.
const (
	formasPagoServ = "01 02 03 04 05 06 07 08 09"    // c_FormaPagoServ
	tiposDeServ    = "01 02 03 04 05 06 07 08 09 11" // c_TipoDeServ
	subTiposServ   = "01 02 03 04 08 09"             // c_SubTipoServ
	tiposImpuesto  = "01 02 03"                      // c_TipoImpuesto: 01 ISR, 02 IVA, 03 IEPS
	tasasCuota     = "0.16 0.08 0 0.5"               // c_TasaCuota

	// c_Pais of the retentions, of two letters: not that of the CFDI.
	paises = "AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL " +
		"CM CN CO CR CU CV CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW " +
		"GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD " +
		"ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PIK PK PL PM PN PR PS PT " +
		"PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR ST SV SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM " +
		"US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
)

// listed reports whether a key stands in a list of keys.
func listed(list, key string) bool {
	return key != "" && !strings.Contains(key, " ") && strings.Contains(" "+list+" ", " "+key+" ")
}

// names say in plain words what an attribute is.
var names = map[string]string{
	"FechaExp": "la fecha de expedición", "LugarExpRetenc": "el código postal del lugar de expedición", "CveRetenc": "la clave de la retención",
	"DescRetenc": "la descripción de la retención", "FolioInt": "el folio", "RfcE": "el RFC de quien retiene", "NomDenRazSocE": "el nombre de quien retiene",
	"RegimenFiscalE": "el régimen fiscal de quien retiene", "NacionalidadR": "la nacionalidad del receptor", "RfcR": "el RFC del receptor",
	"NomDenRazSocR": "el nombre del receptor", "CurpR": "la CURP del receptor", "DomicilioFiscalR": "el código postal del receptor",
	"NumRegIdTribR": "el número de identidad tributaria del receptor", "MesIni": "el mes en que empieza el periodo", "MesFin": "el mes en que termina el periodo",
	"Ejercicio": "el año", "MontoTotOperacion": "el monto total de la operación", "MontoTotGrav": "el monto gravado", "MontoTotExent": "el monto exento",
	"MontoTotRet": "el monto total retenido", "UtilidadBimestral": "la utilidad bimestral", "ISRCorrespondiente": "el ISR correspondiente",
	"BaseRet": "la base de la retención", "ImpuestoRet": "el impuesto retenido", "MontoRet": "el monto retenido", "TipoPagoRet": "el tipo de pago",

	"CveTipDivOUtil": "la clave del dividendo o utilidad", "MontISRAcredRetMexico": "el ISR acreditable retenido en México",
	"MontISRAcredRetExtranjero": "el ISR acreditable retenido en el extranjero", "MontRetExtDivExt": "la retención en el extranjero por dividendos del extranjero",
	"TipoSocDistrDiv": "el tipo de sociedad que distribuye", "MontISRAcredNal": "el ISR acreditable nacional", "MontDivAcumNal": "el dividendo acumulable nacional",
	"MontDivAcumExt": "el dividendo acumulable del extranjero", "ProporcionRem": "la proporción del remanente",
	"SistFinanciero": "el dato de si los intereses son del sistema financiero", "RetiroAORESRetInt": "el dato de si hubo retiro", "OperFinancDerivad": "el dato de si son operaciones financieras derivadas",
	"MontIntNominal": "el interés nominal", "MontIntReal": "el interés real", "Perdida": "la pérdida",
	"EsBenefEfectDelCobro": "el dato de si quien cobra es el beneficiario efectivo", "PaisDeResidParaEfecFisc": "el país de residencia fiscal", "ConceptoPago": "el concepto del pago",
	"DescripcionConcepto": "la descripción del concepto", "RFC": "el RFC del beneficiario", "CURP": "la CURP del beneficiario", "NomDenRazSocB": "el nombre del beneficiario",
	"Periodicidad": "la periodicidad", "NumServ": "el número de servicios", "MonTotServSIVA": "el total de los servicios sin IVA", "TotalIVATrasladado": "el IVA trasladado",
	"TotalIVARetenido": "el IVA retenido", "TotalISRRetenido": "el ISR retenido", "DifIVAEntregadoPrestServ": "el IVA entregado a quien presta el servicio",
	"MonTotalporUsoPlataforma": "el total por uso de la plataforma", "MonTotalContribucionGubernamental": "el total de la contribución gubernamental",
	"FormaPagoServ": "la forma de pago del servicio", "TipoDeServ": "el tipo de servicio", "SubTipServ": "el subtipo de servicio",
	"RFCTerceroAutorizado": "el RFC del tercero autorizado", "FechaServ": "la fecha del servicio", "PrecioServSinIVA": "el precio del servicio sin IVA",
	"Base": "la base", "Impuesto": "el impuesto", "TipoFactor": "el factor", "TasaCuota": "la tasa", "Importe": "el importe", "ImpContrib": "la contribución gubernamental",
	"EntidadDondePagaLaContribucion": "la entidad donde se paga la contribución", "Porcentaje": "el porcentaje de la comisión",
}
