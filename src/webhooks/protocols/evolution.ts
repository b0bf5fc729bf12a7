import { type EvolutionSecrets, evolutionSignature } from '../signatures/evolution.js'
import type { HeaderSecret } from '../signatures/header.js'
import type { Secrets } from '../signatures/signed-request.js'
import type { WebhookProtocol } from './webhook-protocol.js'

/** The webhooks of WhatsApp by Evolution. */
export const evolutionProtocol: WebhookProtocol<Secrets | EvolutionSecrets | HeaderSecret> = {
  verify: evolutionSignature,
  answer: null,
  contentTypes: ['application/json'],
  challenge: false,
}
