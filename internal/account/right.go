package account

import "iofacturo.mx/internal/store"

// A RightName is what a screen says of a right.
type RightName struct {
	Right       store.Right
	Group, Name string
	Help        string
	AdminOnly   bool
}

// RightNames is the table of rights in words, in the order of store.Rights.
func RightNames() []RightName {
	list := []RightName{
		{Right: store.RightView, Group: "Portal", Name: "Ver el panel", Help: "Lo tiene todo usuario de la empresa."},
		{Right: store.RightReceipts, Group: "Comprobantes", Name: "Ver comprobantes", Help: "Lista, detalle, XML y PDF."},
		{Right: store.RightDraft, Group: "Comprobantes", Name: "Capturar borradores", Help: "Los deja listos; otra persona los timbra."},
		{Right: store.RightIssue, Group: "Comprobantes", Name: "Timbrar", Help: "Sella y emite ante el SAT. Incluye capturar."},
		{Right: store.RightSend, Group: "Comprobantes", Name: "Enviar por correo", Help: "Manda el XML y el PDF a quien elija."},
		{Right: store.RightSeeCustomers, Group: "Clientes", Name: "Ver clientes"},
		{Right: store.RightCustomers, Group: "Clientes", Name: "Agregar y cambiar clientes"},
		{Right: store.RightLoadCustomers, Group: "Clientes", Name: "Importar clientes", Help: "Muchos a la vez, desde un archivo."},
		{Right: store.RightSeeProducts, Group: "Productos", Name: "Ver productos"},
		{Right: store.RightProducts, Group: "Productos", Name: "Agregar y cambiar productos"},
		{Right: store.RightLoadProducts, Group: "Productos", Name: "Importar productos", Help: "Muchos a la vez, desde un archivo."},
		{Right: store.RightSeeConfig, Group: "Empresa", Name: "Ver la configuración", Help: "Sin cambiarla: eso es del Administrador."},
		{Right: store.RightConfigure, Group: "Empresa", Name: "Cambiar la configuración"},
		{Right: store.RightCertificates, Group: "Empresa", Name: "Cargar y quitar certificados"},
		{Right: store.RightUsers, Group: "Empresa", Name: "Usuarios y permisos"},
		{Right: store.RightCoadmin, Group: "Empresa", Name: "Co-administración de empresas"},
		{Right: store.RightAudit, Group: "Empresa", Name: "Ver la bitácora", Help: "Quién hizo qué y cuándo."},
		{Right: store.RightExport, Group: "Empresa", Name: "Descargar todo", Help: "Todos los XML, clientes y productos en un archivo."},
		{Right: store.RightBuy, Group: "Créditos", Name: "Ver y comprar créditos", Help: "El saldo, los movimientos y, donde la hay, la tienda."},
		{Right: store.RightTransfer, Group: "Créditos", Name: "Transferir créditos a otra empresa"},
	}
	for i, rule := range store.Rights() {
		if i < len(list) && list[i].Right == rule.Right {
			list[i].AdminOnly = rule.AdminOnly
		}
	}
	return list
}

// A ReadySet is a set of rights that comes with the portal (manual §3.7).
type ReadySet struct {
	Key, Name, Help string
	Rights          []store.Right
}

// ReadySets are the three that come with the portal.
func ReadySets() []ReadySet {
	return []ReadySet{
		{
			"facturacion", "Facturación", "Captura, timbra y envía; lleva clientes y productos.",
			[]store.Right{store.RightIssue, store.RightSend, store.RightCustomers, store.RightProducts},
		},
		{
			"cobranza", "Cobranza", "Ve los comprobantes y los envía; lleva los datos de los clientes.",
			[]store.Right{store.RightReceipts, store.RightSend, store.RightCustomers},
		},
		{
			"consulta", "Consulta", "Mira comprobantes, clientes y productos, sin cambiar nada.",
			[]store.Right{store.RightReceipts, store.RightSeeCustomers, store.RightSeeProducts},
		},
	}
}
