import assert from 'node:assert/strict'
import type { EventInput } from '../../../model/event-inputs.js'
import { said } from '../../events.js'
import type { Scene } from '../../scene.js'

const claim = { customerUsername: 'lan', matchUsername: true }

/** A customer with one message, and a second id that is known to be the same person's. Both are of one channel. */
export async function linked(scene: Scene, channel = 'instagram'): Promise<{ old: Scene; fresh: Scene }> {
  const fresh = scene.another()
  await scene.account.upsertConversationWithEvents({ ...scene.key, ...claim, channel, events: [said('m0')] })
  await scene.account.upsertConversation({ ...fresh.key, ...claim })
  return { old: scene, fresh }
}

/** Two customers who have written, of whom the second then turns out to be the first. */
export async function linkedLate(scene: Scene, before: { old: readonly EventInput[]; fresh: readonly EventInput[] }) {
  const { old, fresh } = { old: scene, fresh: scene.another() }
  await old.account.upsertConversationWithEvents({ ...old.key, ...claim, events: [said('m0'), ...before.old] })
  await fresh.write(...before.fresh)
  await fresh.account.closeConversation(fresh.key)
  assert.equal((await old.account.upsertConversation({ ...fresh.key, ...claim })).outcome, 'adopted')
  return { old, fresh }
}
