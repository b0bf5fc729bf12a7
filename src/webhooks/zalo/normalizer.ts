import type { HandledChannel } from '../protocols/webhook-protocol.js'
import { zaloProtocol } from '../protocols/zalo.js'
import { collectOnce } from '../reading/collecting.js'
import type { Secrets } from '../signatures/signed-request.js'
import type { ZaloSecrets } from '../signatures/zalo.js'
import { readBody } from './body.js'

/**
 * The normalizer of Zalo's official accounts, to be passed to `ingestWebhook`. An inbox is the id of the account (OA).
 * Which of two ids is the account is not sure by their places, so pass `oaId` where the route knows it; otherwise an
 * item names both ways, and the one whose inbox somebody has connected counts. `zalo.normalize(body)` is pure and never
 * throws.
 */
export const zalo: HandledChannel<Secrets | ZaloSecrets> = {
  channel: 'zalo',
  protocol: zaloProtocol,
  normalize: (body, options = {}) => collectOnce((collected) => readBody(body, options.oaId, collected)),
}
