import type { Secrets } from '../signatures/signed-request.js'
import { type TwilioSecrets, twilioSignature } from '../signatures/twilio.js'
import type { WebhookProtocol } from './webhook-protocol.js'

/** The webhooks of Twilio. The answer is TwiML without a verb: any text would be sent to the customer as a message. */
export const twilioProtocol: WebhookProtocol<Secrets | TwilioSecrets> = {
  verify: twilioSignature,
  answer: { contentType: 'text/xml; charset=utf-8', body: '<?xml version="1.0" encoding="UTF-8"?><Response></Response>' },
  contentTypes: ['application/x-www-form-urlencoded', 'application/json'],
  challenge: false,
}
