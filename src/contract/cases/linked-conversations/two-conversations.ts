import type { CustomerIdentity } from '../../../model/identities.js'
import { at, replied, said } from '../../events.js'
import { present } from '../../expectations.js'
import type { Scene } from '../../scene.js'
import { type TwoPeople, twoPeople } from '../../two-people.js'

/** Both have an active conversation: the phone's is older, with unread messages, and the user's has read one. */
export async function twoConversations(scene: Scene) {
  const people = twoPeople(scene)
  const { phone, user, both } = people
  const { account, oaId } = phone
  const kept = present((await phone.write(said('m1', { occurredAt: at(1) }), replied('m2', { occurredAt: at(3) }))).conversation)
  const lost = present(
    (await user.write(said('n1', { occurredAt: at(2) }), said('n2', { occurredAt: at(4) }), said('n3', { occurredAt: at(5) })))
      .conversation,
  )
  await account.markRead({ ...user.key, seq: 1 })
  return {
    ...people,
    kept,
    lost,
    /** A message of the person, whose body names both ids. */
    sayBoth: (id: string, more: object = {}) =>
      account.upsertConversationWithEvents({
        ...user.key,
        identities: both,
        events: [said(id, { occurredAt: at(9) })],
        ...more,
      }),
    mergeIdOf: async (conversationId = lost.id) =>
      (await account.mergeConversations({ keep: { conversationId: kept.id }, lose: { conversationId } })).mergeId,
    listed: async (conversationId: string) =>
      (await account.listMessages({ conversationId, limit: 100 })).items.map(({ messageId }) => messageId),
    oaId,
  }
}

/** Another id of the same person. */
export async function third({ phone, both }: TwoPeople) {
  const lid = phone.another()
  const identities: readonly CustomerIdentity[] = [...both, { id: lid.customerId, kind: 'lid' }]
  return { lid, link: () => phone.account.linkCustomerIds({ oaId: phone.oaId, identities }) }
}
