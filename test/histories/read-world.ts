import type { RawReader } from '../../src/contract/index.js'
import type { Operation } from './history.js'
import { ownedInboxes } from './inboxes.js'
import { channels } from './random-calls.js'
import type { AccountRows, OwnerColumns, World } from './world.js'

/** Reads what is stored at the end of a history. */
export async function readWorld(raw: RawReader, operations: readonly Operation[], accountIds: readonly string[]): Promise<World> {
  const accounts: AccountRows[] = []
  for (const accountId of accountIds) accounts.push(await accountRows(raw, accountId))
  const owners: OwnerColumns[] = []
  for (const channel of channels) {
    for (const oaId of ownedInboxes) {
      const owner = await raw.owner(channel, oaId)
      if (owner !== null) owners.push(owner as unknown as OwnerColumns)
    }
  }
  return { operations, accounts, owners }
}

async function accountRows(raw: RawReader, accountId: string): Promise<AccountRows> {
  const rows = {
    conversations: await raw.conversations(accountId),
    messages: await raw.messages(accountId),
    events: await raw.events(accountId),
    contactInboxes: await raw.contactInboxes(accountId),
    contacts: await raw.contacts(accountId),
    inboxes: await raw.inboxes(accountId),
  }
  return { accountId, ...(rows as unknown as Omit<AccountRows, 'accountId'>) }
}
