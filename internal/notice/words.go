package notice

import (
	"fmt"

	"iofacturo.mx/internal/store"
)

// Words are what a notice says, in Spanish of Mexico or in English; a detail that
// somebody else wrote stays as it is.
func Words(r store.NoticeRow, english bool) (title, text string) {
	say := func(es, en string) string {
		if english {
			return en
		}
		return es
	}
	switch Kind(r.Kind) {
	case CertificateEnds:
		return say("Tu certificado vence "+inDays(r.N), "Your certificate ends "+inDaysEnglish(r.N)),
			say("El CSD "+r.Ref+" deja de servir y sin él no se puede facturar. Tramita otro en el SAT y cárgalo; los dos pueden convivir.",
				"The CSD "+r.Ref+" stops working and without it you cannot invoice. Get another one from the SAT and load it; both may be here at once.")
	case CertificateEnded:
		return say("Tu certificado venció", "Your certificate has ended"),
			say("El CSD "+r.Ref+" ya no sella comprobantes. Carga uno vigente para seguir facturando.", "The CSD "+r.Ref+" seals no more receipts. Load one in force to go on invoicing.")
	case Rejected:
		return say("Rechazado: "+r.Ref, "Rejected: "+r.Ref), r.Detail
	case Silent:
		return say("Sin respuesta: "+r.Ref, "No answer: "+r.Ref),
			say("El certificador no ha dicho si lo timbró. No lo hagas otra vez: seguimos preguntando.", "The certifier has not said whether it was stamped. Do not make it again: we keep asking.")
	case Expired:
		return say("Vencido: "+r.Ref, "Expired: "+r.Ref), r.Detail
	case Bounced:
		return say("Rebotó el correo de "+r.Ref, "Bounced: "+r.Ref),
			say(r.Detail+". Revisa la dirección con tu cliente y envíalo otra vez.", r.Detail+". Check the address with your customer and send it again.")
	case FoliosLow:
		name, nameEnglish := "La serie "+r.Ref, "The series "+r.Ref
		if r.Ref == "" {
			name, nameEnglish = "La serie sin nombre", "The series without a name"
		}
		return say(name+" se queda sin folios", nameEnglish+" runs out of numbers"),
			say(foliosLeft(r.N)+" Amplía su rango o ten lista otra serie.", foliosLeftEnglish(r.N)+" Widen its range or have another series ready.")
	case MailServer:
		return say("Tu servidor de correo no envía", "Your mail server does not send"),
			say(r.Detail+" Revísalo en Configuración › Correo; los comprobantes no enviados se mandan otra vez desde cada uno.",
				"Receipts do not leave by "+r.Ref+". Check it under Configuración › Correo; those not sent can be sent again from each receipt.")
	case KeyReady:
		return say("La exportación está lista", "The export is ready"),
			say("La llave del CSD "+r.Ref+" se puede descargar una vez, durante 72 horas.", "The key of the CSD "+r.Ref+" can be downloaded once, within 72 hours.")
	case Stuck:
		return say("Sigue sin timbrar: "+r.Ref, "Still not stamped: "+r.Ref), r.Detail
	case CreditsLow:
		if r.N == 0 {
			return say("Se acabaron tus créditos", "You have no credits left"),
				say("Puedes seguir capturando; lo que mandes a timbrar espera, sin emitirse ni cobrarse, hasta que haya créditos. "+told(r.Ref, "Te avisamos al %s de lo que tenías."), "You can go on drafting; what you send to be stamped waits, not issued nor charged, until there are credits. "+told(r.Ref, "You are told at %s of what there was."))
		}
		return say(creditsLeft(r.N), fmt.Sprintf("Credits left: %d", r.N)),
			say("Es el "+r.Ref+" o menos de lo que tenías. Consigue más para que nada se quede esperando.", "That is "+r.Ref+" or less of what there was. Get more, so that nothing has to wait.")
	case CreditsMoved:
		return say("Créditos: "+r.Ref, "Credits: "+r.Ref), r.Detail
	case ShopOrdered:
		return say("Por pagar: "+r.Ref, "To be paid: "+r.Ref),
			say(fmt.Sprintf("Son %d créditos por %s, con IVA. Ábrelo para ver cómo se paga y hasta cuándo; los créditos llegan cuando se confirma el pago.", r.N, r.Detail),
				fmt.Sprintf("%d credits for %s, taxes included. Open it to see how to pay and until when; the credits come in when the payment is confirmed.", r.N, r.Detail))
	case ShopPaid:
		return say("Compra pagada: "+r.Ref, "Paid: "+r.Ref),
			say(fmt.Sprintf("Llegaron %d créditos y ya los puedes usar.", r.N), fmt.Sprintf("%d credits came in; you can use them now.", r.N))
	case ShopExpired:
		return say("Venció tu "+r.Ref, "Expired: "+r.Ref),
			say(r.Detail+" No llegó ningún crédito. Si todavía los quieres, haz otro pedido en la Tienda.", r.Detail+" No credit came in. If you still want them, order again.")
	case ShopDiffers:
		return say("Pago con diferencia: "+r.Ref, "Odd payment: "+r.Ref),
			say(r.Detail+" Quien opera el portal ya lo sabe y lo revisa contigo.", r.Detail+" Who runs the portal knows and looks at it.")
	case ShopRefunded:
		return say("Compra reembolsada: "+r.Ref, "Refunded: "+r.Ref),
			say(r.Detail+fmt.Sprintf(" Salieron sus %d créditos; lo que ya estaba usado quedó como adeudo.", r.N), r.Detail+fmt.Sprintf(" Its %d credits left; those used became a debt.", r.N))
	case ShopNoReceipt:
		return say("Falta el CFDI de tu "+r.Ref, "No receipt yet: "+r.Ref),
			say("No se pudo emitir: "+r.Detail+" Tus créditos ya están; revisa los datos fiscales de tu empresa. Lo seguimos intentando solos.", "It could not be issued: "+r.Detail+" Your credits are there; look at the fiscal data of your company. It is tried again by itself.")
	case Statement:
		return say("Estado de cuenta: "+r.Ref, "Statement: "+r.Ref), r.Detail
	case Device:
		return say("Entraron con tu usuario desde un dispositivo nuevo", "Somebody signed in as you from a new device"),
			say(r.Detail+". Si no fuiste tú, cierra esa sesión y cambia tu contraseña.", r.Detail+". If it was not you, close that session and change your password.")
	case Access:
		return say("Alguien pide acceso a tu empresa", "Somebody asks for access to your company"),
			say("Escribió estos datos, sin comprobar: "+r.Detail+". Si no lo conoces, no hagas nada.", "They wrote, and we did not check: "+r.Detail+". If you do not know them, do nothing.")
	case Support:
		return say("Soporte contestó: "+r.Ref, "Support answered: "+r.Ref),
			say("Abre tu solicitud para leer la respuesta y seguir escribiendo.", "Open your request to read the answer and write on.")
	}
	return comingWords(r, english)
}

func foliosLeft(n int64) string {
	switch {
	case n <= 0:
		return "Ya no queda ninguno."
	case n == 1:
		return "Queda 1."
	}
	return fmt.Sprintf("Quedan %d.", n)
}

func foliosLeftEnglish(n int64) string {
	if n <= 0 {
		return "None is left."
	}
	return fmt.Sprintf("%d left.", n)
}

func inDays(n int64) string {
	if n <= 1 {
		return "mañana o antes"
	}
	return fmt.Sprintf("en %d días", n)
}

func inDaysEnglish(n int64) string {
	if n <= 1 {
		return "tomorrow or sooner"
	}
	return fmt.Sprintf("in %d days", n)
}

// told is a sentence about a percentage, "" when there is none.
func told(percent, sentence string) string {
	if percent == "" {
		return ""
	}
	return fmt.Sprintf(sentence, percent)
}

func creditsLeft(n int64) string {
	if n == 1 {
		return "Te queda 1 crédito"
	}
	return fmt.Sprintf("Te quedan %d créditos", n)
}
