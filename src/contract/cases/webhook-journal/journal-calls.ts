import type { KeepWebhookInput, WebhookJournal } from '../../../store/webhook-journal.js'

/** Long enough that no claim of a case ends by itself, and that nothing of a case is over. */
export const longMs = 60_000

/** Keeps a body for an account, taken up by the holder `a`. */
export function keep(journal: WebhookJournal, accountId: string | null, how: Partial<KeepWebhookInput> = {}) {
  return journal.keepWebhook({ accountId, channel: 'sms', body: '{"a":1}', retainMs: longMs, holder: 'a', claimMs: longMs, ...how })
}

/** Takes up bodies whose claim is about to end. The database's clock cannot be moved, so this asks until it has. */
export async function takenOnceDue(journal: WebhookJournal, accountId: string | null, wanted = 1, holder = 'b') {
  const givenUpAt = performance.now() + 10_000
  const taken: Awaited<ReturnType<WebhookJournal['takeWebhooks']>>[number][] = []
  while (taken.length < wanted && performance.now() < givenUpAt) {
    taken.push(...(await journal.takeWebhooks({ accountId, holder, claimMs: longMs })))
  }
  return taken
}
