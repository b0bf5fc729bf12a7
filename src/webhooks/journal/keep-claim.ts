import type { TakenWebhook } from '../../store/webhook-journal-port.js'
import type { JournalStore } from './journal-store.js'

/** For how long nobody else takes up a body that a process works on, since the claim was last renewed. */
export const claimMs = 60_000

/** How often a claim is renewed. Work that takes longer than this hangs, and the body is left to another process. */
const mostRenewals = 30

/** The claim on a body that this process works on, or is about to. */
export interface KeptClaim {
  /** Lets the claim end. It is called before the body is settled, so that no renewal comes after that. */
  end(): Promise<void>
}

/**
 * Renews the claim on a body every third of its time, because work may take longer than the claim: the body is large,
 * or others come first. What a renewal throws is passed over. If the claim ends, another process reads the body too,
 * which changes nothing that was stored.
 */
export function keepClaim(store: JournalStore, { accountId, id, token }: TakenWebhook): KeptClaim {
  let renewing: Promise<void> = Promise.resolve()
  let left = mostRenewals
  const timer = setInterval(() => {
    left -= 1
    if (left === 0) clearInterval(timer)
    renewing = renewing.then(() => store.forOperator().renewWebhook({ accountId, id, token, claimMs })).catch(() => undefined)
  }, claimMs / 3)
  timer.unref()
  return {
    async end() {
      clearInterval(timer)
      await renewing
    },
  }
}
