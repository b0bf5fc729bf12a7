import { logProcessing, type WebhookLogger } from '../webhook-logger.js'
import type { AccountWrite } from '../webhook-report.js'
import type { BodyPart } from './body-parts.js'
import { broughtHistory } from './brought-history.js'
import { customerBatches } from './customer-batches.js'
import type { CustomerItem } from './customer-runs.js'
import { recordProgress } from './record-progress.js'
import { type WriteOptions, writeCustomers } from './write-customers.js'
import { writeReceipts } from './write-receipts.js'

/**
 * Writes what one account gets of a body: its customers in as few calls as the limits allow, then the receipts that
 * name no customer, and at last how far a history is, which is never ahead of what is stored. It tells each write as
 * soon as it is done, because a later one may throw.
 */
export async function* writePart(
  { store, accountId, items, historyProgress }: BodyPart,
  { logger, ...how }: WriteOptions & { readonly logger: WebhookLogger },
): AsyncGenerator<AccountWrite> {
  const account = store.forAccount(accountId)
  const brought = broughtHistory()
  for (const batch of customerBatches(items.filter(hasCustomer))) {
    logProcessing(logger, batch)
    for (const write of await writeCustomers(account, batch, how)) {
      brought.add(write)
      yield { ...write, accountId }
    }
  }
  const withoutCustomer = items.filter((item) => !hasCustomer(item))
  for (const write of await writeReceipts(account, withoutCustomer, how.receivedAt)) yield { ...write, accountId }
  await recordProgress(account, historyProgress, brought.counts())
}

function hasCustomer(item: CustomerItem | BodyPart['items'][number]): item is CustomerItem {
  return item.customerId !== null
}
