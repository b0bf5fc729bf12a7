import type { ItemPlan } from './item-plan.js'
import type { MessageRow, ReactionMark } from './rows.js'

/**
 * Keeps the sender's latest reaction. A reaction that was removed stays as a mark, so that an older one that arrives
 * late does not bring it back.
 */
export function applyReaction({ world }: ItemPlan, row: MessageRow, mark: ReactionMark): void {
  const kept = row.reactionMarks.find(({ senderId }) => senderId === mark.senderId)
  if (kept && kept.occurredAt.getTime() > mark.occurredAt.getTime()) return
  world.putMessage({ ...row, reactionMarks: [...row.reactionMarks.filter((each) => each !== kept), mark] })
}
