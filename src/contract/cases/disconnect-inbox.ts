import assert from 'node:assert/strict'
import { type CaseList, withEvents } from '../contract-case.js'
import { said } from '../events.js'
import { holds, only, rejects } from '../expectations.js'

export const disconnectInboxCases: CaseList = [
  {
    title: 'gives the channel identity up, and says when',
    needs: ['joint writes'],
    async run({ clock, store, scene, raw }) {
      const { account, oaId, rows } = scene(store({ clock: clock.now }))
      const before = await account.connectInbox({ oaId, channel: 'sms', name: 'Shop' })
      const now = clock.advance(1_000)
      const inbox = await account.disconnectInbox({ oaId })
      assert.deepEqual(inbox, { ...before, status: 'disconnected', disconnectedAt: now, updatedAt: now })
      holds(only(await rows.inboxes()), { status: 'disconnected', disconnected_at: now })
      assert.equal(await raw.owner('sms', oaId), null)
    },
  },
  {
    title: 'changes nothing the second time, and takes nothing from the next owner',
    needs: ['joint writes'],
    async run({ clock, store, scene, raw }) {
      const ours = scene(store({ clock: clock.now }))
      const theirs = ours.foreign()
      const { oaId } = ours
      await ours.account.connectInbox({ oaId, channel: 'sms' })
      const first = await ours.account.disconnectInbox({ oaId })
      await theirs.account.connectInbox({ oaId, channel: 'sms' })
      clock.advance(1_000)
      assert.deepEqual(await ours.account.disconnectInbox({ oaId }), first)
      holds(await raw.owner('sms', oaId), { account_id: theirs.accountId })
    },
  },
  {
    title: 'does not find what was never connected, or another account’s',
    needs: ['joint writes'],
    async run({ scene, raw }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { oaId } = ours
      await theirs.account.connectInbox({ oaId, channel: 'sms' })
      await rejects(ours.account.disconnectInbox({ oaId }), 'NOT_FOUND', { what: 'inbox' })
      await rejects(ours.account.disconnectInbox({ oaId: 'unknown' }), 'NOT_FOUND', { what: 'inbox' })
      await rejects(ours.account.disconnectInbox({ oaId: { $ne: null } as never }), 'VALIDATION_FAILED')
      holds(await raw.owner('sms', oaId), { account_id: theirs.accountId })
      holds(only(await theirs.rows.inboxes()), { status: 'connected' })
    },
  },
  {
    title: 'still takes writes for the inbox, on its channel',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId, key, open } = scene()
      await account.connectInbox({ oaId, channel: 'whatsapp', chatbotId: 'bot' })
      await account.disconnectInbox({ oaId })
      holds(await open(), { channel: 'whatsapp' })
      await rejects(account.upsertConversation({ ...key, channel: 'sms' }), 'INBOX_CHANNEL_MISMATCH')
    },
  },
  ...withEvents([
    {
      title: 'leaves each of two accounts its own history of the identity',
      async run({ scene }) {
        const ours = scene()
        const theirs = ours.foreign()
        const { oaId } = ours
        await ours.account.connectInbox({ oaId, channel: 'sms' })
        await ours.write(said('m1', { text: 'ours' }))
        await ours.account.disconnectInbox({ oaId })
        await theirs.account.connectInbox({ oaId, channel: 'sms' })
        await theirs.write(said('m1', { text: 'theirs' }))
        assert.equal((await ours.account.findMessage({ ...ours.key, messageId: 'm1' }))?.text, 'ours')
        assert.equal((await theirs.account.findMessage({ ...theirs.key, messageId: 'm1' }))?.text, 'theirs')
        only(await ours.rows.conversations())
        only(await theirs.rows.conversations())
      },
    },
  ]),
]
