import { evolutionProtocol } from '../protocols/evolution.js'
import type { HandledChannel } from '../protocols/webhook-protocol.js'
import { collectOnce } from '../reading/collecting.js'
import type { EvolutionSecrets } from '../signatures/evolution.js'
import type { HeaderSecret } from '../signatures/header.js'
import type { Secrets } from '../signatures/signed-request.js'
import { readBody } from './body.js'

/**
 * The normalizer of WhatsApp by Evolution, to be passed to `ingestWebhook`. An inbox is the name of an instance. A
 * customer is named by their number where the body has it, and by their `@lid` otherwise. Bodies carry the key of the
 * API, which is not read. `evolution.normalize(body)` is pure and never throws.
 */
export const evolution: HandledChannel<Secrets | EvolutionSecrets | HeaderSecret> = {
  channel: 'whatsapp',
  protocol: evolutionProtocol,
  provider: 'evolution',
  normalize: (body) => collectOnce((collected) => readBody(body, collected)),
}
