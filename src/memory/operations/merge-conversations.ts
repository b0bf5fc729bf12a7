import { ConversationStoreError } from '../../model/errors.js'
import { copiesIn, hiddenCopies, withoutDoubles } from '../../model/planning/doubles-of-merge.js'
import { beginLink } from '../../model/planning/link-identities.js'
import { linkPeople, linksOf, linksPeople, requireLinkable } from '../../model/planning/link-people.js'
import { holding, mergeOf, takesStatus } from '../../model/planning/merge-conversations.js'
import { latestMessageOf } from '../../model/planning/merged-parts.js'
import { conversationOf } from '../../model/planning/people.js'
import type { ConversationRow, MergeRow, MessageRow } from '../../model/planning/rows.js'
import { waitOf } from '../../model/planning/waiting-customer.js'
import type { World } from '../../model/planning/world.js'
import type { ConversationTarget, Merge, MergeResult, WriteStamp } from '../../store/adapter.js'
import type { MemoryDatabase } from '../database.js'
import { targetConversation } from '../targets.js'
import { stampOf } from '../write-stamp.js'
import { joinContactsOf } from './merge-contacts.js'

/** Makes one conversation of two. A call that is sent again finds the merge by its operation. */
export function mergeConversations(database: MemoryDatabase, input: WriteStamp & Merge): MergeResult {
  const account = database.account(input.accountId)
  const { merges, messages, world } = account
  return account.write(() => {
    const stamp = stampOf(input)
    const done = merges.rows.get(input.operationId)
    if (done) return answer('merged', done.id, world.conversation(done.keptId))
    const find = (target: ConversationTarget) =>
      ('conversationId' in target ? world.conversation(target.conversationId) : null) ?? targetConversation(world, stamp, target, 'active')
    const [kept, lost] = [find(input.keep), find(input.lose)]
    if (kept.id === lost.id) {
      const before = 'conversationId' in input.lose ? merges.of(input.lose.conversationId) : null
      if (before) {
        requireLinked(world, input.link, kept, before)
        return answer('unchanged', before.id, kept)
      }
      throw new ConversationStoreError('MERGE_REFUSED', { reason: 'same conversation', mergeId: null })
    }
    requireVersion(kept, input.expectedVersions.keep)
    requireVersion(lost, input.expectedVersions.lose)
    const isLinking = linksPeople(input.link, kept, lost)
    if (isLinking) requireLinkable(world, kept, lost)
    if (takesStatus(kept, lost) && kept.status === 'closed') requirePlace(world, kept, lost.id)
    const hidden = hiddenCopies([...copiesIn(world, kept, true, messages.under), ...copiesIn(world, lost, false, messages.under)])
    for (const { id } of hidden) hide(world.message(id))
    const links = isLinking ? linksOf(world, kept, lost) : null
    const held = holding(kept, isLinking ? { ...lost, contactInboxId: kept.contactInboxId } : lost, input.operationId, stamp.now)
    const next = { ...held, ...withoutDoubles(held, hidden, () => latestMessageOf(world, held)), ...waitOf(world, held) }
    world.putMerge(mergeOf(kept, lost, input.operationId, stamp.now, links))
    world.putConversation(next)
    if (links !== null) {
      const { accountId, operationId } = input
      joinContactsOf(account, { mergeId: operationId, now: stamp.now }, links)
      linkPeople(beginLink(world, { ...stamp, accountId }, operationId), links, next.id)
    }
    return answer('merged', input.operationId, world.conversation(next.id))
  })

  function hide(row: MessageRow | null): void {
    if (row !== null) world.putMessage({ ...row, doubleIn: input.operationId })
  }

  function answer(outcome: MergeResult['outcome'], mergeId: string, row: ConversationRow | null): MergeResult {
    if (row === null) throw new ConversationStoreError('NOT_FOUND', { what: 'conversation' })
    return { outcome, mergeId, conversation: conversationOf(world, row) }
  }
}

/** Refuses to answer that the ids are linked, if an earlier merge of the two has linked none. */
function requireLinked(world: World, link: boolean, kept: ConversationRow, { id, lost }: MergeRow): void {
  const own = world.contactInboxById(lost.contactInboxId)
  if (linksPeople(link, kept, { contactInboxId: own?.canonicalId ?? lost.contactInboxId })) {
    throw new ConversationStoreError('MERGE_REFUSED', { reason: 'merged without link', mergeId: id })
  }
}

function requireVersion({ version }: ConversationRow, expected: number | null): void {
  if (expected !== null && expected !== version) throw new ConversationStoreError('VERSION_CONFLICT', { expected, actual: version })
}

/** Refuses to make a conversation active beside another one of its customer, or beside one that has its username. */
export function requirePlace(world: World, row: ConversationRow, leavingId: string | null): void {
  const active = world.activeConversation(row.contactInboxId)
  if (active !== null && active.id !== row.id && active.id !== leavingId) {
    throw new ConversationStoreError('ACTIVE_CONVERSATION_EXISTS', { conversationId: active.id })
  }
  const namesake = row.usernameKey === null ? null : world.activeByUsername(row.oaId, row.usernameKey)
  if (namesake !== null && namesake.id !== row.id && namesake.id !== leavingId) {
    throw new ConversationStoreError('USERNAME_TAKEN', { conversationId: namesake.id })
  }
}
