import assert from 'node:assert/strict'
import type { Message } from '../../src/model/records.js'
import type { AccountConversations } from '../../src/store/account-conversations.js'
import type { ExpectedMessage, ExpectedPerson, Sequence } from './sequence.js'

/** Compares each person, under each of their ids, with what must stand at the end. */
export async function checkPeople(account: AccountConversations, { expected }: Sequence): Promise<void> {
  const { inbox: oaId, people, sameConversation, differentConversations, lastMessageAt } = expected
  const conversationOf = new Map<string, string>()
  for (const person of people) {
    for (const customerId of person.ids) {
      const { items } = await account.listConversations({ oaId, customerId, limit: 500 })
      assert.equal(items.filter(({ status }) => status !== 'closed').length, person.activeConversations, customerId)
      assert.equal(
        items.reduce((sum, { unreadCount }) => sum + unreadCount, 0),
        person.unread,
        customerId,
      )
      const messages: Message[] = []
      for (const { id, recipientId, identities } of items) {
        assert.equal(recipientId, person.replyTo, customerId)
        assert.deepEqual(new Set(identities.map((each) => each.id)), new Set(person.ids), customerId)
        const former = identities.filter(({ formerSince }) => formerSince !== null).map((each) => each.id)
        assert.deepEqual(new Set(former), new Set(person.former ?? []), customerId)
        messages.push(...(await account.listMessages({ conversationId: id, limit: 500 })).items)
      }
      compare(messages, person)
      for (const { messageId, conversationId } of messages) if (messageId !== null) conversationOf.set(messageId, conversationId)
      if (lastMessageAt !== undefined) assert.deepEqual(items[0]?.lastMessageAt, new Date(lastMessageAt))
    }
  }
  const ofAll = (ids: readonly string[]) => new Set(ids.map((id) => conversationOf.get(id) ?? `${id} is lost`))
  for (const ids of sameConversation) assert.equal(ofAll(ids).size, 1, `one conversation of ${ids}`)
  for (const ids of differentConversations) assert.equal(ofAll(ids).size, ids.length, `conversations of ${ids}`)
}

function compare(messages: readonly Message[], { messages: expected }: ExpectedPerson): void {
  const byTime = [...messages].sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || a.seq - b.seq)
  const told = byTime.map((message, index) => {
    const should: ExpectedMessage | undefined = expected[index]
    return {
      id: message.messageId,
      direction: message.direction,
      text: message.text,
      history: message.history,
      at: should?.at === null ? null : message.occurredAt.toISOString(),
      ...(should?.status !== undefined && { status: message.status }),
      ...(should?.localId !== undefined && { localId: message.localId }),
      ...(should?.attachments !== undefined && { attachments: message.attachments.map(({ type }) => type) }),
      ...(should?.mediaIds !== undefined && { mediaIds: message.attachments.map(({ payload }) => payload?.id) }),
    }
  })
  assert.deepEqual(
    told,
    expected.map(({ id, direction, text, at, status, localId, attachments, mediaIds, history = false }) => ({
      ...{ id, direction, text, at, history },
      ...(status && { status }),
      ...(localId && { localId }),
      ...(attachments && { attachments }),
      ...(mediaIds && { mediaIds }),
    })),
  )
}
