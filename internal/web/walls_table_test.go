package web

import "net/url"

// A wall says what a route takes that names a row: its id-bearing slots, each as
// place:name=kind. Places are path, query and form; kinds are those of mine in
// walls_test.go; "secret" is a token that nobody can guess, "file" a name of ours.
// Form is what else a good request holds.
type wall struct {
	slots []string
	form  func() url.Values
}

func slots(list ...string) wall { return wall{slots: list} }

// walls has a line for every route there is; a new route without one fails
// TestNobodyReachesAnotherCompany, which says what to add here.
func walls() map[string]wall {
	none := wall{}
	doc, path := slots("path:id=documento"), func(kind string) wall { return slots("path:id=" + kind) }
	return map[string]wall{
		// public
		"GET /{$}": none, "GET /Account/LogOn": none, "GET /entrar": none, "POST /entrar": none, "POST /salir": none,
		"GET /soporte": none, "GET /soporte/codigos": none, "GET /soporte/articulos/{articulo}": slots("path:articulo=file"), "GET /estado": none,
		"GET /soporte/nuevo": slots("query:comprobante=documento"), "POST /soporte/nuevo": none, "GET /soporte/solicitudes": none, "GET /soporte/solicitudes/{id}": path("solicitud"),
		"POST /soporte/solicitudes/{id}": path("solicitud"), "POST /soporte/solicitudes/{id}/cerrar": path("solicitud"),
		"GET /soporte/solicitudes/{id}/imagen": path("solicitud"), "GET /soporte/solicitudes/{id}/documento": path("solicitud"),
		"GET /operador/soporte": none, "GET /operador/soporte/{empresa}/{id}": path("solicitud"), "POST /operador/soporte/{empresa}/{id}": path("solicitud"),
		"POST /operador/soporte/{empresa}/{id}/cerrar": path("solicitud"), "GET /operador/soporte/{empresa}/{id}/imagen": path("solicitud"), "GET /operador/soporte/{empresa}/{id}/documento": path("solicitud"),
		"GET /terminos": none, "GET /privacidad": none, "GET /livez": none, "GET /readyz": none, "GET /static/{file}": path("file"),
		"GET /registro": none, "POST /registro": none, "GET /registro/enviado": none, "POST /registro/reenviar": none, "POST /registro/cambiar-correo": none,
		"GET /confirmar/{token}": slots("path:token=secret"), "POST /confirmar/{token}": slots("path:token=secret"), "POST /confirmar/{token}/renovar": slots("path:token=secret"),
		"GET /desbloquear/{token}": slots("path:token=secret"), "POST /desbloquear/{token}": slots("path:token=secret"),
		"GET /contrasena/{token}": slots("path:token=secret"), "POST /contrasena/{token}": slots("path:token=secret"),
		"GET /correo/{token}": slots("path:token=secret"), "POST /correo/{token}": slots("path:token=secret"),
		"GET /recuperar": none, "POST /recuperar": none, "GET /pedir-acceso": none, "POST /pedir-acceso": none,
		// coming in
		"GET /entrar/segundo-factor": none, "POST /entrar/segundo-factor": none, "POST /entrar/segundo-factor/poner": none, "POST /entrar/segundo-factor/confirmar": none,
		"GET /entrar/csd": none, "POST /entrar/csd/reto": none, "POST /entrar/csd/firma": none, "POST /entrar/csd": none,
		"GET /entrar/empresa": none, "POST /entrar/empresa": none, "GET /seguridad": none, "POST /seguridad": none,
		"GET /confirmar-identidad": none, "POST /confirmar-identidad": none,
		// the person
		"GET /cuenta": none, "POST /cuenta": none, "GET /cuenta/bienvenida": none, "GET /cuenta/contrasena": none, "POST /cuenta/contrasena": none,
		"GET /envios": none, "POST /envios": none, "GET /envios/servidor": none, "POST /envios/servidor": none, "POST /envios/servidor/probar": none, "POST /envios/servidor/quitar": none, "GET /envios/{tipo}": none, "POST /envios/{tipo}": none, "POST /envios/{tipo}/vista": none, "POST /envios/{tipo}/restaurar": none,
		"GET /avisos": none, "POST /avisos/leidos": none, "POST /avisos/{id}": path("aviso"), "GET /notificaciones": none, "POST /notificaciones": none,
		"POST /cuenta/correo": none, "POST /cuenta/correo/cancelar": none, "POST /cuenta/invitacion": none, "GET /cuenta/invitar": none, "POST /cuenta/invitar": none, "POST /cuenta/invitar/{id}/reenviar": path("invitacion"), "GET /panel/invita": none,
		"GET /invitaciones/no/{token}": slots("path:token=secret"), "POST /invitaciones/no/{token}": slots("path:token=secret"), "POST /cuenta/descargar": none,
		"GET /cuenta/baja": none, "POST /cuenta/baja": none, "POST /cuenta/baja/cancelar": none,
		"GET /cuenta/segundo-factor": none, "POST /cuenta/segundo-factor": none, "POST /cuenta/segundo-factor/confirmar": none,
		"POST /cuenta/llaves/reto": none, "POST /cuenta/llaves": none, "POST /cuenta/llaves/{id}/quitar": path("llave"), "POST /confirmar-identidad/llave/reto": none,
		"POST /entrar/llave/reto": none, "POST /entrar/llave": none, "POST /entrar/segundo-factor/llave/reto": none,
		"POST /entrar/segundo-factor/llaves/reto": none, "POST /entrar/segundo-factor/llaves": none,
		"POST /cuenta/segundo-factor/codigos": none, "POST /cuenta/segundo-factor/quitar": none,
		"GET /cuenta/sesiones": none, "POST /cuenta/sesiones/{id}/cerrar": path("sesion"), "POST /cuenta/sesiones/cerrar-las-demas": none,
		// the company
		"GET /bitacora": slots("query:quien=usuario"), "GET /bitacora/csv": slots("query:quien=usuario"),
		"GET /panel": none, "GET /panel/pendientes": none, "GET /panel/crear": none, "GET /panel/datos": none, "GET /panel/accesos": none, "GET /panel/cuenta": none,
		"GET /panel/certificado": none, "GET /panel/paquetes": none, "POST /panel/tareas/{id}/reintentar": path("tarea"), "POST /asistente": none,
		"GET /creditos": none, "GET /creditos/csv": none, "POST /creditos/aviso": none, "POST /comprobantes/{id}/espera": doc,
		"GET /tienda": none, "POST /tienda": none, "GET /tienda/carrito": none, "POST /tienda/carrito": none, "POST /tienda/pagar": none, "GET /tienda/pedidos": none,
		"GET /tienda/pedidos/{id}": path("pedido"), "POST /tienda/pedidos/{id}/pagar": path("pedido"), "POST /tienda/pedidos/{id}/cancelar": path("pedido"),
		"GET /tienda/pedidos/{id}/xml": path("pedido"), "GET /tienda/pedidos/{id}/pdf": path("pedido"), "POST /pagos/stripe": none,
		"GET /cuenta/transferencia": none, "POST /cuenta/transferencia": none, "POST /cuenta/transferencia/confirmar": none,
		"GET /empresa": none, "POST /empresa": none,
		"GET /certificados": none, "GET /certificados/nuevo": none, "POST /certificados/nuevo": none, "POST /certificados/prueba": none,
		"POST /certificados/{id}/activar": path("certificado"), "POST /certificados/{id}/desactivar": path("certificado"), "POST /certificados/{id}/eliminar": path("certificado"),
		"GET /certificados/{id}/sucursal": path("certificado"), "POST /certificados/{id}/sucursal": {[]string{"path:id=certificado", "form:Sucursal=sucursal"}, nil}, "POST /certificados/{id}/revocar": path("certificado"),
		"GET /certificados/{id}/llave": path("certificado"), "POST /certificados/{id}/llave/permitir": path("certificado"), "POST /certificados/{id}/llave/pedir": path("certificado"),
		"POST /certificados/{id}/llave/cancelar": path("certificado"), "GET /certificados/{id}/llave/descargar": path("certificado"), "POST /certificados/{id}/llave/descargar": path("certificado"),
		"GET /catalogos": none, "POST /catalogos/clientes": {nil, func() url.Values { return url.Values{"Campo": {"UsoCFDI"}, "Clave": {"P01"}, "Nueva": {"G03"}} }},
		"POST /catalogos/productos": {nil, func() url.Values { return url.Values{"Campo": {"ObjetoImp"}, "Clave": {"99"}, "Nueva": {"02"}} }},
		"POST /empresa/constancia":  none, "POST /clientes/constancia": none, "POST /clientes/{id}/constancia": path("cliente"),
		"GET /impuestos": none, "GET /impuestos/nuevo": none, "POST /impuestos/nuevo": {nil, taxValues}, "GET /impuestos/{id}": path("impuesto"),
		"POST /impuestos/{id}": {[]string{"path:id=impuesto"}, taxValues}, "POST /impuestos/{id}/eliminar": path("impuesto"),
		"GET /representacion": slots("query:sucursal=sucursal"), "POST /representacion": {[]string{"form:Sucursal=sucursal"}, designForm}, "POST /representacion/restaurar": {[]string{"form:Sucursal=sucursal"}, designForm},
		"GET /representacion/muestra": slots("query:sucursal=sucursal"), "POST /representacion/muestra": {[]string{"form:Sucursal=sucursal"}, designForm},
		"GET /representacion/logotipo": none, "POST /representacion/logotipo": none, "POST /representacion/logotipo/quitar": {[]string{"form:Sucursal=sucursal"}, designForm},
		"GET /codigo-postal": none, "POST /sucursales/{id}/eliminar": {[]string{"path:id=sucursal"}, func() url.Values { return url.Values{"Version": {"1"}} }},
		"GET /sucursales": none, "GET /sucursales/nueva": none, "POST /sucursales/nueva": none, "GET /sucursales/{id}": path("sucursal"),
		"POST /sucursales/{id}": {[]string{"path:id=sucursal"}, func() url.Values { return url.Values{"Nombre": {"Sur"}, "CodigoPostal": {"72000"}, "Version": {"1"}} }},
		"GET /series":           none, "GET /series/nueva": none, "POST /series/nueva": {[]string{"form:Sucursal=sucursal"}, serieForm}, "GET /series/{id}": path("serie"), "GET /series/{id}/folios": path("serie"), "GET /series/{id}/folios/csv": path("serie"), "POST /series/{id}": path("serie"),
		"GET /usuarios": slots("query:desde=usuario"), "GET /usuarios/nuevo": none, "POST /usuarios/nuevo": {[]string{"form:RoleID=rol", "form:Series=serie", "form:Sucursales=sucursal"}, newUserForm},
		"GET /usuarios/{id}": path("usuario"), "POST /usuarios/{id}": path("usuario"), "GET /usuarios/{id}/vista": path("usuario"), "POST /usuarios/{id}/invitar": path("usuario"),
		"POST /usuarios/{id}/contrasena": path("usuario"), "POST /usuarios/{id}/bloquear": path("usuario"), "POST /usuarios/{id}/desbloquear": path("usuario"),
		"POST /usuarios/{id}/sesiones": path("usuario"), "POST /usuarios/{id}/segundo-factor": path("usuario"), "POST /usuarios/{id}/baja": path("usuario"),
		"GET /roles": none, "GET /roles/nuevo": none, "POST /roles/nuevo": {[]string{"form:Series=serie", "form:Sucursales=sucursal"}, func() url.Values { return url.Values{"Nombre": {"Caja"}} }},
		"GET /roles/{id}": path("rol"), "POST /roles/{id}": {[]string{"path:id=rol"}, func() url.Values { return url.Values{"Nombre": {"Otra caja"}, "Version": {"1"}} }},
		"GET /coadministracion": none, "POST /coadministracion/entrar": slots("form:Clave=coadmin"), "POST /coadministracion/empresas/{id}/dejar": path("coadmin"),
		"GET /coadministracion/mia": none, "GET /coadministracion/mia/{id}": path("coadmin"), "POST /coadministracion/mia/{id}": path("coadmin"),
		"POST /coadministracion/mia/{id}/quitar": path("coadmin"), "POST /coadministracion/mia/{id}/rechazar": path("coadmin"),
		"GET /coadministracion/invitar": none, "POST /coadministracion/invitar": none, "GET /coadministracion/invitaciones": none, "POST /coadministracion/solicitar": none,
		"POST /coadministracion/ofertas/{id}": path("coadmin"), "GET /coadministracion/invitacion/{token}": slots("path:token=secret"), "POST /coadministracion/invitacion/{token}": slots("path:token=secret"),
		// customers and products
		"GET /clientes": slots("query:desde=cliente"), "GET /clientes/nuevo": slots("query:de=cliente"), "POST /clientes/nuevo": {[]string{"form:AddendaID=addenda"}, customerForm}, "GET /clientes/{id}": path("cliente"), "GET /clientes/codigo-postal": none, "GET /validar/clientes": none, "POST /validar/clientes": none, "GET /validar/clientes/archivo": none, "GET /clientes/{id}/sat": path("cliente"), "GET /addendas": none, "GET /addendas/nueva": none, "POST /addendas/nueva": {nil, addendaForm}, "GET /addendas/{id}": path("addenda"),
		"POST /addendas/{id}": {[]string{"path:id=addenda"}, addendaForm}, "POST /addendas/{id}/eliminar": path("addenda"), "GET /comprobantes/{id}/addenda": path("documento"),
		"POST /comprobantes/{id}/addenda": slots("path:id=documento", "form:Addenda=addenda"), "GET /clientes/{id}/cuenta": path("cliente"), "GET /clientes/{id}/cuenta/archivo": path("cliente"),
		"POST /clientes/{id}/cuenta/enviar":   {[]string{"path:id=cliente"}, func() url.Values { return url.Values{"Para": {"a@b.mx"}} }},
		"POST /clientes/{id}/cuenta/recordar": {[]string{"path:id=cliente"}, func() url.Values { return url.Values{"Para": {"a@b.mx"}} }},
		"POST /clientes/{id}":                 {[]string{"path:id=cliente"}, customerForm}, "POST /clientes/{id}/estado": path("cliente"),
		"GET /clientes/{id}/eliminar": path("cliente"), "POST /clientes/{id}/eliminar": path("cliente"),
		"GET /productos/{id}/eliminar": path("producto"), "POST /productos/{id}/eliminar": path("producto"), "GET /propuestas": none, "GET /propuestas/nueva": none, "POST /propuestas/nueva": none, "GET /propuestas/{id}": path("propuesta"),
		"POST /propuestas/{id}/aceptar": path("propuesta"), "POST /propuestas/{id}/descartar": path("propuesta"),
		"GET /clientes/{id}/enlace": path("cliente"), "POST /clientes/{id}/enlace": path("cliente"),
		"GET /datos/gracias": none, "GET /datos/{token}": slots("path:token=secret"), "POST /datos/{token}": slots("path:token=secret"),
		"GET /productos": slots("query:desde=producto"), "GET /productos/nuevo": slots("query:de=producto"), "POST /productos/nuevo": none, "GET /productos/{id}": path("producto"),
		"POST /productos/{id}": {[]string{"path:id=producto"}, productForm}, "POST /productos/{id}/estado": path("producto"),
		"GET /productos/{id}/imagen": path("producto"), "POST /productos/{id}/imagen": path("producto"),
		"GET /buscar/clientes": slots("query:q=cliente"), "GET /buscar/productos": slots("query:q=producto"), "GET /buscar/comprobantes": slots("query:q=documento"),
		"GET /buscar/claves": none, "GET /buscar/unidades": none,
		// lists of prices
		"GET /precios": none, "GET /precios/nueva": none, "POST /precios/nueva": none, "GET /precios/{id}": path("lista"), "POST /precios/{id}": path("lista"),
		"GET /precios/{id}/editar": path("lista"), "POST /precios/{id}/editar": {[]string{"path:id=lista"}, priceListForm}, "POST /precios/{id}/estado": path("lista"),
		"GET /precios/{id}/eliminar": path("lista"), "POST /precios/{id}/eliminar": path("lista"),
		"GET /importar/precios": slots("query:lista=lista"), "POST /importar/precios": slots("query:lista=lista"), "GET /importar/precios/{id}": path("importacion"), "POST /importar/precios/{id}/columnas": path("importacion"),
		"POST /importar/precios/{id}/importar": path("importacion"), "POST /importar/precios/{id}/descartar": path("importacion"), "GET /importar/precios/{id}/resultado": path("importacion"),
		"GET /plantilla/precios": none, "GET /exportar/precios": slots("query:lista=lista"),
		// lists taken in and out
		"GET /importar/clientes": none, "POST /importar/clientes": none, "GET /importar/clientes/{id}": path("importacion"), "POST /importar/clientes/{id}/columnas": path("importacion"),
		"POST /importar/clientes/{id}/importar": path("importacion"), "POST /importar/clientes/{id}/descartar": path("importacion"), "GET /importar/clientes/{id}/resultado": path("importacion"),
		"GET /plantilla/clientes": none, "GET /exportar/clientes": slots("query:q=cliente"),
		"GET /importar/productos": none, "POST /importar/productos": none, "GET /importar/productos/{id}": path("importacion"), "POST /importar/productos/{id}/columnas": path("importacion"),
		"POST /importar/productos/{id}/importar": path("importacion"), "POST /importar/productos/{id}/descartar": path("importacion"), "GET /importar/productos/{id}/resultado": path("importacion"),
		"GET /plantilla/productos": none, "GET /exportar/productos": slots("query:q=producto"),
		"GET /importar/series": none, "POST /importar/series": none, "GET /importar/series/{id}": path("importacion"), "POST /importar/series/{id}/columnas": path("importacion"),
		"POST /importar/series/{id}/importar": path("importacion"), "POST /importar/series/{id}/descartar": path("importacion"), "GET /importar/series/{id}/resultado": path("importacion"),
		"GET /plantilla/series": none, "GET /exportar/series": none,
		// receipts
		"GET /comprobantes": slots("query:q=documento"), "GET /comprobantes/nuevo": slots("query:cliente=cliente"),
		"POST /comprobantes/totales":     {[]string{"form:ID=documento", "form:SerieID=serie", "form:CustomerID=cliente"}, draftForm},
		"POST /comprobantes/autoguardar": {[]string{"form:SerieID=serie", "form:CustomerID=cliente"}, draftForm},
		"GET /comprobantes/{id}":         doc, "POST /comprobantes/{id}": {[]string{"form:SerieID=serie", "form:CustomerID=cliente"}, draftForm},
		"GET /comprobantes/{id}/vista": doc, "GET /comprobantes/{id}/xml": doc, "GET /comprobantes/{id}/pdf": doc,
		"POST /comprobantes/{id}/envios/{envio}/otra-vez": slots("path:id=documento", "path:envio=envio"),
		"POST /comprobantes/{id}/enviar":                  {[]string{"path:id=documento"}, func() url.Values { return url.Values{"Para": {"x@example.mx"}} }},
		"POST /comprobantes/{id}/descartar":               doc, "POST /comprobantes/{id}/duplicar": doc, "POST /comprobantes/{id}/nota-de-credito": doc,
		// who operates the portal: a company's page of numbers is for them alone
		"GET /operador/entrar": none, "POST /operador/entrar": none, "POST /operador/entrar/llave": none, "GET /operador": none, "GET /operador/empresas": none,
		"GET /operador/empresas/{id}": path("empresa"), "POST /operador/empresas/{id}/suspender": path("empresa"), "POST /operador/empresas/{id}/reactivar": path("empresa"),
		"POST /operador/empresas/{id}/creditos": path("empresa"), "POST /operador/empresas/{id}/creditos/revertir": path("empresa"), "POST /operador/empresas/{id}/paquete": path("empresa"),
		"GET /operador/paquetes": none, "GET /operador/paquetes/nuevo": none, "POST /operador/paquetes/nuevo": none, "GET /operador/paquetes/{id}": path("paquete"),
		"POST /operador/paquetes/{id}": path("paquete"), "POST /operador/paquetes/{id}/retirar": path("paquete"),
		"GET /operador/pedidos": none, "GET /operador/pedidos/{empresa}/{id}": path("pedido"), "POST /operador/pedidos/{empresa}/{id}/confirmar": path("pedido"),
		"POST /operador/pedidos/{empresa}/{id}/reembolsar": path("pedido"), "POST /operador/pedidos/{empresa}/{id}/facturar": path("pedido"),
		"GET /operador/pedidos/{empresa}/{id}/xml": path("pedido"), "GET /operador/pedidos/{empresa}/{id}/pdf": path("pedido"),
		"GET /operador/pagos": none, "GET /operador/pagos/{pasarela}/{evento}": none, "POST /operador/pagos/{pasarela}/{evento}": none,
		"GET /operador/operadores": none, "POST /operador/operadores": none, "POST /operador/operadores/{id}/bloquear": path("usuario"),
		"GET /operador/estados": none, "POST /operador/empresas/{id}/estados/pagado": path("empresa"),
		"POST /operador/operadores/{id}/desbloquear": path("usuario"), "POST /operador/operadores/{id}/reiniciar": path("usuario"), "GET /operador/bitacora": none,
		// the demo's mail answers to this machine alone and belongs to no company
		"GET /buzon": none, "GET /buzon/{id}": path("file"), "GET /buzon/{id}/eml": path("file"),
	}
}

func newUserForm() url.Values {
	return url.Values{"Usuario": {"zoe"}, "Nombre": {"Zoe Paz"}, "Correo": {"zoe@example.mx"}, "Tipo": {"operacion"}}
}

// draftForm is an invoice as somebody types it, for an id of its own.
func draftForm() url.Values {
	return url.Values{
		"ID": {""}, "Revision": {"0"}, "TipoDeComprobante": {"I"}, "Moneda": {"MXN"}, "MetodoPago": {"PUE"}, "FormaPago": {"01"}, "Exportacion": {"01"},
		"LugarExpedicion": {"72000"}, "Emisor.RegimenFiscal": {"601"}, "Receptor.Rfc": {"URE180429TM6"}, "Lineas": {"1"}, "Conceptos[0].Descripcion": {"Vajilla"},
		"Conceptos[0].Cantidad": {"2"}, "Conceptos[0].ValorUnitario": {"100"}, "accion": {"revisar"},
	}
}

func addendaForm() url.Values {
	return url.Values{"Nombre": {"Cliente"}, "Cuerpo": {`<pedido orden="{{Orden}}"/>`}, "Campos[0].Clave": {"Orden"}, "Campos[0].Dato": {"Orden de compra"}, "Campos[0].Obligatorio": {"si"}, "Activa": {"si"}, "Version": {"1"}}
}

func taxValues() url.Values {
	return url.Values{"Nombre": {"ISH"}, "Impuesto": {"local"}, "Retencion": {"traslado"}, "TipoFactor": {"Tasa"}, "Valor": {"3"}, "Activo": {"si"}, "Version": {"1"}}
}

func designForm() url.Values {
	return url.Values{"Design": {"compacta"}, "Version": {"0"}}
}
