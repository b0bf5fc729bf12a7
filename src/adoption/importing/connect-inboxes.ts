import type { ImportStore } from '../import-types.js'
import { channelNamed, type ImportTables } from './import-tables.js'
import type { LegacySource, Rejection } from './legacy-source.js'
import { refusedBecause } from './refusals.js'

/** Connects the host's integrations as inboxes. One that is connected already stays so, with what the host says. */
export async function connectInboxes(
  source: LegacySource,
  store: ImportStore,
  { inboxes: table }: ImportTables,
): Promise<{ readonly connected: number; readonly rejected: number }> {
  if (table === null) return { connected: 0, rejected: 0 }
  await source.clearRejected(['inboxes'])
  const rejections: Rejection[] = []
  let connected = 0
  for (const { key, accountId, oaId, channel, name } of await source.inboxes()) {
    const reject = (reason: string) => rejections.push({ table: 'inboxes', key, reason })
    if (accountId === null || oaId === null) {
      reject(`it has no ${accountId === null ? 'account' : 'inbox'}`)
      continue
    }
    const input = {
      oaId,
      channel: channel === null ? table.defaultChannel : channelNamed(table, channel),
      ...(name === null ? {} : { name }),
    }
    try {
      await store.forAccount(accountId).connectInbox(input)
      connected++
    } catch (error) {
      reject(takenBecause(error))
    }
  }
  await source.reject(rejections)
  return { connected, rejected: rejections.length }
}

function takenBecause(error: unknown): string {
  if (error instanceof Error && Reflect.get(error, 'code') === 'INBOX_ALREADY_CONNECTED') return error.message
  return refusedBecause(error)
}
