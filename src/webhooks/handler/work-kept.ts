import { loggableError } from '../../http/loggable-error.js'
import type { TakenWebhook } from '../../store/webhook-journal-port.js'
import type { JournalStore } from '../journal/journal-store.js'
import { keepClaim } from '../journal/keep-claim.js'
import { workPart } from '../journal/work-part.js'
import { consoleLogger } from '../webhook-logger.js'
import type { WebhookReport } from '../webhook-report.js'
import { withinBudget } from './budget.js'
import type { WebhookHandlerOptions } from './options.js'

/** For how long the answer to a body that was kept waits for the work on it, so that most are done when it is given. */
const defaultBudgetMs = 1_000

/**
 * Works on the parts of a body that was kept. It returns when they were worked on, and at the latest after the budget:
 * the work then goes on. It never rejects, because the body is kept: what fails now is done later.
 */
export async function workKept<S>(
  store: JournalStore,
  kept: readonly TakenWebhook[],
  request: Request,
  options: WebhookHandlerOptions<S>,
): Promise<void> {
  const { channel, logger = consoleLogger, budgetMs = defaultBudgetMs } = options
  const work = async (part: TakenWebhook): Promise<void> => {
    const worked = await workPart(store, channel, part, keepClaim(store, part), { ...options, into: options.store })
    if ('report' in worked) await tell(worked.report)
    else if ('error' in worked) logger.error('[Webhook] A body that was kept could not be taken yet', loggableError(worked.error))
  }
  const tell = async (report: WebhookReport): Promise<void> => {
    try {
      await options.onReport?.(report, request)
    } catch (error) {
      logger.error('[Webhook] onReport failed; the body was taken all the same', loggableError(error))
    }
  }
  const late = (error: unknown) => logger.error('[Webhook] A body that was kept could not be taken yet', loggableError(error))
  const done = await withinBudget(Promise.all(kept.map(work)), budgetMs, late)
  if (done === null) logger.debug(`[Webhook] A body of ${channel.channel} was kept, and is still being written after ${budgetMs} ms`)
}
