import type { EventInput } from '../../../model/event-inputs.js'
import type { CustomerIdentity } from '../../../model/identities.js'
import type { ContractClock } from '../../contract-context.js'
import { at, replied, said } from '../../events.js'
import { present } from '../../expectations.js'
import type { Scene } from '../../scene.js'

/** The id of a scene's customer with its kind. */
export function kinds({ customerId }: Scene, kind: string): CustomerIdentity {
  return { id: customerId, kind }
}

/**
 * Two customers of one inbox, a phone and a user id, of whom the lost one was known first. It has a closed conversation
 * (`o1`) besides the one that is merged, and the reply `n2`, to which nobody has answered.
 */
export async function linkedThreads(here: Scene, clock: Pick<ContractClock, 'advance'>) {
  const { account, key } = here
  const other = here.another()
  const say = (scene: Scene, kind: string, ...events: readonly EventInput[]) =>
    account.upsertConversationWithEvents({ ...scene.key, identities: [kinds(scene, kind)], events })
  const closed = present((await say(other, 'user_id', said('o1', { occurredAt: at(0) }))).conversation)
  await account.closeConversation(other.key)
  clock.advance(1_000)
  await say(here, 'phone', said('m1', { occurredAt: at(1) }), replied('m2', { occurredAt: at(3) }))
  await say(other, 'user_id', said('n1', { occurredAt: at(2) }), said('n2', { occurredAt: at(4) }))
  clock.advance(1_000)
  return {
    other,
    kept: present(await account.findByOaAndCustomer(key)),
    lost: present(await account.findByOaAndCustomer(other.key)),
    closedId: closed.id,
    merge: () => account.mergeConversations({ keep: key, lose: other.key, link: true }),
  }
}
