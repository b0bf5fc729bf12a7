import type { ConversationRow } from '../../model/planning/rows.js'
import type { MongoContext } from '../context.js'
import { commonCopies } from '../find-copies.js'
import { latestState } from '../find-now.js'
import { loadDocuments } from './load-needs.js'
import type { LoadedWorld } from './loaded-world.js'

interface Both {
  readonly kept: ConversationRow
  readonly lost: ConversationRow
}

/** Loads the messages of two conversations that the other one has as well, as merges look for them. */
export async function loadCommon(context: MongoContext, world: LoadedWorld, { kept, lost }: Both): Promise<void> {
  const copies = await commonCopies(context, kept, lost)
  if (copies.length === 0) return
  const filter = { accountId: kept.accountId, _id: { $in: copies.map(({ id }) => id) } }
  loadDocuments(world, 'messages', await context.collections.messages.find(filter, latestState(context)).toArray())
}
