import type { ChangeOutcome } from '../upsert-item.js'
import type { Choice } from './choose-conversation.js'
import { type ItemPlan, touchedConversation } from './item-plan.js'
import { rememberedOperation, withOperation } from './operations.js'
import type { ConversationRow, OperationMark } from './rows.js'
import { sameValue } from './same-value.js'

const outcomes = { creates: 'created', adopts: 'adopted', reopens: 'reopened' } as const

/**
 * Fields that no host sees change, because the conversation keeps them for itself. Their change does not raise the
 * version.
 */
const unversioned: ReadonlySet<string> = new Set<keyof ConversationRow>([
  'version',
  'updatedAt',
  'operations',
  'droppedUntil',
  'lastEventSeq',
  'lastMessageRowId',
  'lastAnswerAt',
  'isLinked',
])

interface Raised extends Pick<ItemPlan, 'world' | 'stamp' | 'operationId' | 'before' | 'relinked' | 'merged'> {
  readonly chosenId?: string | null
}

/**
 * Raises the version of every conversation that the item changed, once. Returns the ids of those whose version rose.
 */
export function raiseVersions(plan: Raised, choice: Choice | null): ReadonlySet<string> {
  const { world, stamp, operationId } = plan
  const raised = new Set<string>()
  for (const [id, before] of plan.before) {
    if (before === null) continue
    const row = touchedConversation(plan, id)
    const isChosen = choice !== null && id === plan.chosenId
    const isAdopted = isChosen && choice.how === 'adopts'
    // A call that is sent again may tell once more what it changed.
    const isRelinked = plan.relinked.has(id) && rememberedOperation(row, operationId) === null
    if (!isAdopted && !isRelinked && looksTheSame(before, row)) continue
    const outcome = isChosen && choice.how !== 'joins' ? outcomes[choice.how] : plan.merged.has(id) ? 'merged' : 'updated'
    const mark: OperationMark = { id: operationId, outcome, at: stamp.serverNow }
    world.putConversation(raisedBy(row, mark, stamp.now))
    raised.add(id)
  }
  return raised
}

/** The same for changes of a batch, which remembers its operation itself: the conversations remember none. */
export function raiseUnmarked(plan: Pick<Raised, 'world' | 'stamp' | 'before' | 'relinked'>): void {
  for (const [id, before] of plan.before) {
    if (before === null) continue
    const row = touchedConversation(plan, id)
    if (!plan.relinked.has(id) && looksTheSame(before, row)) continue
    plan.world.putConversation({ ...row, version: row.version + 1, updatedAt: plan.stamp.now })
  }
}

function looksTheSame(before: ConversationRow, row: ConversationRow): boolean {
  const fields = Object.keys(row) as (keyof ConversationRow)[]
  return fields.every((field) => before[field] === row[field] || unversioned.has(field) || sameValue(before[field], row[field]))
}

/** The changed conversation with its next version. */
export function raisedBy(row: ConversationRow, mark: OperationMark, now: Date): ConversationRow {
  return { ...row, version: row.version + 1, updatedAt: now, ...withOperation(row, mark) }
}

/** The item's outcome for the conversation that it reports. */
export function outcomeOf({ how }: Choice, otherwise: ChangeOutcome): ChangeOutcome {
  return how === 'joins' ? otherwise : outcomes[how]
}
