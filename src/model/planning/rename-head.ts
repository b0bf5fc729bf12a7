import { putConversation, type WritePlan } from './item-plan.js'
import { marksOf } from './people.js'
import type { ContactInboxRow } from './rows.js'

/** Gives the head the person's current id, if its own is no longer good to write to. The conversations follow. */
export function renameHead(plan: Pick<WritePlan, 'world' | 'before'>, head: ContactInboxRow): void {
  const { world } = plan
  const marks = marksOf(world, head)
  if (marks.find(({ id }) => id === head.customerId)?.formerSince == null) return
  const current = marks.filter(({ formerSince }) => formerSince === null)
  const name =
    ['phone', 'user_id'].map((kind) => current.find((mark) => mark.kind === kind)).find((mark) => mark !== undefined) ?? current[0]
  const alias = name && world.contactInbox(head.oaId, name.id)
  if (!alias || alias.canonicalId !== head.id) return
  world.putContactInbox({ ...alias, customerId: head.customerId, previousHeadId: head.previousHeadId })
  world.putContactInbox({ ...head, customerId: alias.customerId, previousHeadId: alias.previousHeadId })
  for (const row of world.conversationsOf(head.id)) {
    if (row.customerId !== alias.customerId) putConversation(plan, { ...row, customerId: alias.customerId })
  }
}
