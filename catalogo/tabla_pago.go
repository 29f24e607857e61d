package catalogo

// formasPago is c_FormaPago, complete.
var formasPago = []FormaPago{
	{Entry{"01", "Efectivo", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"02", "Cheque nominativo", "2022-01-01", ""}, true, true, `[0-9]{11}|[0-9]{18}`, true, `[0-9]{10,11}|[0-9]{15,16}|[0-9]{18}|[A-Z0-9_]{10,50}`, false, true},
	{Entry{"03", "Transferencia electrónica de fondos", "2022-01-01", ""}, true, true, `[0-9]{10}|[0-9]{16}|[0-9]{18}`, true, `[0-9]{10}|[0-9]{18}`, true, true},
	{Entry{"04", "Tarjeta de crédito", "2022-01-01", ""}, true, true, `[0-9]{16}`, true, `[0-9]{10,11}|[0-9]{15,16}|[0-9]{18}|[A-Z0-9_]{10,50}`, false, true},
	{Entry{"05", "Monedero electrónico", "2022-01-01", ""}, true, true, `[0-9]{10,11}|[0-9]{15,16}|[0-9]{18}|[A-Z0-9_]{10,50}`, true, `[0-9]{10,11}|[0-9]{15,16}|[0-9]{18}|[A-Z0-9_]{10,50}`, false, false},
	{Entry{"06", "Dinero electrónico", "2022-01-01", ""}, true, true, `[0-9]{10}`, false, "", false, false},
	{Entry{"08", "Vales de despensa", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"12", "Dación en pago", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"13", "Pago por subrogación", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"14", "Pago por consignación", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"15", "Condonación", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"17", "Compensación", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"23", "Novación", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"24", "Confusión", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"25", "Remisión de deuda", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"26", "Prescripción o caducidad", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"27", "A satisfacción del acreedor", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"28", "Tarjeta de débito", "2022-01-01", ""}, true, true, `[0-9]{16}`, true, `[0-9]{10,11}|[0-9]{15,16}|[0-9]{18}|[A-Z0-9_]{10,50}`, false, true},
	{Entry{"29", "Tarjeta de servicios", "2022-01-01", ""}, true, true, `[0-9]{15,16}`, true, `[0-9]{10,11}|[0-9]{15,16}|[0-9]{18}|[A-Z0-9_]{10,50}`, false, true},
	{Entry{"30", "Aplicación de anticipos", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"31", "Intermediario pagos", "2022-01-01", ""}, false, false, "", false, "", false, false},
	{Entry{"99", "Por definir", "2022-01-01", ""}, false, true, `\V*`, true, `\V*`, true, true},
}

// metodosPago is c_MetodoPago, complete.
var metodosPago = []MetodoPago{
	{Entry{"PUE", "Pago en una sola exhibición", "2022-01-01", ""}},
	{Entry{"PPD", "Pago en parcialidades o diferido", "2022-01-01", ""}},
}
