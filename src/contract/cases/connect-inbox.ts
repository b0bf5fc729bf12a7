import assert from 'node:assert/strict'
import { isConversationStoreError } from '../../model/errors.js'
import type { CaseList } from '../contract-case.js'
import { holds, only, racing, rejects, tally } from '../expectations.js'

export const connectInboxCases: CaseList = [
  {
    title: 'connects an inbox, and makes the account the owner of its channel identity',
    needs: ['joint writes'],
    async run({ clock, store, scene, raw }) {
      const { account, accountId, oaId, rows } = scene(store({ clock: clock.now }))
      const metadata = { $token: 'no', 'a.b': { __proto: 1 } }
      const details = { provider: 'meta', name: '$Shop', chatbotId: 'bot', onClosed: { reopenWithin: 5_000 }, metadata }
      const { id, ...inbox } = await account.connectInbox({ oaId, channel: 'messenger', ...details })
      const now = clock.now()
      const times = { connectedAt: now, disconnectedAt: null, redirectedTo: null, history: null, createdAt: now, updatedAt: now }
      assert.deepEqual(inbox, { accountId, oaId, channel: 'messenger', ...details, status: 'connected', ...times })
      holds(only(await rows.inboxes()), { id, oa_id: oaId, channel: 'messenger', name: '$Shop', metadata, status: 'connected' })
      holds(await raw.owner('messenger', oaId), { account_id: accountId, inbox_id: id })
    },
  },
  {
    title: 'fills what is not said with null',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId } = scene()
      const inbox = await account.connectInbox({ oaId, channel: 'sms' })
      holds(inbox, { provider: null, name: null, chatbotId: null, onClosed: null, metadata: null })
    },
  },
  {
    title: 'patches the inbox that is connected: what is left out stays, null clears',
    needs: ['joint writes'],
    async run({ scene, raw }) {
      const { account, oaId, rows } = scene()
      const first = await account.connectInbox({ oaId, channel: 'sms', name: 'Shop', provider: 'twilio', onClosed: 'reopen' })
      const second = await account.connectInbox({ oaId, channel: 'sms', name: null, chatbotId: 'bot' })
      holds(second, { id: first.id, name: null, provider: 'twilio', chatbotId: 'bot', onClosed: 'reopen', connectedAt: first.connectedAt })
      holds(only(await rows.inboxes()), { id: first.id, name: null, provider: 'twilio', chatbot_id: 'bot', on_closed: 'reopen' })
      holds(await raw.owner('sms', oaId), { inbox_id: first.id })
    },
  },
  {
    title: 'refuses a channel identity that another account has, until that one disconnects it',
    needs: ['joint writes'],
    async run({ scene, raw }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { oaId } = ours
      await theirs.account.connectInbox({ oaId, channel: 'zalo' })
      await rejects(ours.account.connectInbox({ oaId, channel: 'zalo' }), 'INBOX_ALREADY_CONNECTED', { channel: 'zalo', oaId })
      assert.deepEqual(await ours.rows.inboxes(), [])
      await theirs.account.disconnectInbox({ oaId })
      const inbox = await ours.account.connectInbox({ oaId, channel: 'zalo' })
      holds(await raw.owner('zalo', oaId), { account_id: ours.accountId, inbox_id: inbox.id })
      await rejects(theirs.account.connectInbox({ oaId, channel: 'zalo' }), 'INBOX_ALREADY_CONNECTED')
      holds(only(await theirs.rows.inboxes()), { status: 'disconnected' })
    },
  },
  {
    title: 'lets two accounts have one oaId on different channels',
    needs: ['joint writes'],
    async run({ scene, raw }) {
      const ours = scene()
      const theirs = ours.foreign()
      const { oaId } = ours
      await ours.account.connectInbox({ oaId, channel: 'messenger' })
      await theirs.account.connectInbox({ oaId, channel: 'instagram' })
      holds(await raw.owner('messenger', oaId), { account_id: ours.accountId })
      holds(await raw.owner('instagram', oaId), { account_id: theirs.accountId })
    },
  },
  {
    title: 'refuses another channel for an oaId that the account knows, also after it was disconnected',
    needs: ['joint writes'],
    async run({ scene, raw }) {
      const { account, oaId, rows } = scene()
      await account.connectInbox({ oaId, channel: 'messenger' })
      const mismatch = { expected: 'messenger', actual: 'instagram' }
      await rejects(account.connectInbox({ oaId, channel: 'instagram' }), 'INBOX_CHANNEL_MISMATCH', mismatch)
      await account.disconnectInbox({ oaId })
      await rejects(account.connectInbox({ oaId, channel: 'instagram' }), 'INBOX_CHANNEL_MISMATCH', mismatch)
      holds(only(await rows.inboxes()), { channel: 'messenger' })
      assert.equal(await raw.owner('instagram', oaId), null)
    },
  },
  {
    title: 'connects again what was disconnected: the same inbox, with its history',
    needs: ['joint writes'],
    async run({ clock, store, scene, raw }) {
      const { account, accountId, oaId, rows } = scene(store({ clock: clock.now }))
      const first = await account.connectInbox({ oaId, channel: 'sms', name: 'Shop' })
      await account.disconnectInbox({ oaId })
      const now = clock.advance(1_000)
      const again = await account.connectInbox({ oaId, channel: 'sms' })
      assert.deepEqual(again, { ...first, connectedAt: now, updatedAt: now })
      holds(only(await rows.inboxes()), { status: 'connected', disconnected_at: null })
      holds(await raw.owner('sms', oaId), { account_id: accountId })
    },
  },
  {
    title: 'lets one of 20 accounts that connect one channel identity at the same time win',
    needs: ['joint writes'],
    async run({ scene, raw }) {
      const first = scene()
      const { oaId } = first
      const outcomes = await racing(20, async () => {
        const { account, accountId } = first.foreign()
        return account.connectInbox({ oaId, channel: 'sms' }).then(
          () => accountId,
          (error: unknown) => {
            if (!isConversationStoreError(error, 'INBOX_ALREADY_CONNECTED')) throw error
            return 'refused'
          },
        )
      })
      assert.equal(tally(outcomes).refused, 19)
      holds(await raw.owner('sms', oaId), { account_id: outcomes.find((outcome) => outcome !== 'refused') })
    },
  },
  {
    title: 'makes one inbox of 20 concurrent calls of one account',
    needs: ['joint writes'],
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      const inboxes = await racing(20, () => account.connectInbox({ oaId, channel: 'sms' }))
      assert.equal(new Set(inboxes.map(({ id }) => id)).size, 1)
      only(await rows.inboxes())
    },
  },
  {
    title: 'refuses what is no id, channel or policy',
    async run({ scene }) {
      const { account, oaId, rows } = scene()
      await rejects(account.connectInbox({ oaId: { $ne: null } as never, channel: 'sms' }), 'VALIDATION_FAILED')
      await rejects(account.connectInbox({ oaId, channel: '' }), 'VALIDATION_FAILED')
      await rejects(account.connectInbox({ oaId } as never), 'VALIDATION_FAILED')
      await rejects(account.connectInbox({ oaId, channel: 'sms', onClosed: 'later' as never }), 'VALIDATION_FAILED')
      await rejects(account.connectInbox({ oaId, channel: 'sms', onClosed: { reopenWithin: -1 } }), 'VALIDATION_FAILED')
      assert.deepEqual(await rows.inboxes(), [])
    },
  },
]
