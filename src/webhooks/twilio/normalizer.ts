import { twilioProtocol } from '../protocols/twilio.js'
import type { HandledChannel } from '../protocols/webhook-protocol.js'
import { collectOnce } from '../reading/collecting.js'
import type { Secrets } from '../signatures/signed-request.js'
import type { TwilioSecrets } from '../signatures/twilio.js'
import { parseForm, readBody } from './body.js'

/**
 * The normalizer of Twilio, to be passed to `ingestWebhook`. It reads the forms of messages and of status callbacks.
 * Its items carry the channel `sms` or `whatsapp`. The inbox of a WhatsApp number is called `whatsapp:+12025550123`, so
 * that one number can have both, and a customer is called by the number alone. A status that names no number needs
 * `oaId`. `twilio.normalize(parameters)` is pure and never throws.
 */
export const twilio: HandledChannel<Secrets | TwilioSecrets> = {
  channel: 'sms',
  protocol: twilioProtocol,
  provider: 'twilio',
  parseText: parseForm,
  normalize: (body, options = {}) => collectOnce((collected) => readBody(body, options.oaId, collected)),
}
