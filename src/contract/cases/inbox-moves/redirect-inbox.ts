import assert from 'node:assert/strict'
import { type CaseList, withEvents, withJointWrites } from '../../contract-case.js'
import { said } from '../../events.js'
import { column, holds, only, present, rejects } from '../../expectations.js'
import { begun, moveAll, moveOf } from './move-calls.js'

/** What the call itself does. Where writes and reads land is in `redirected-writes.ts` and `redirected-look-ups.ts`. */
export const redirectInboxCases: CaseList = [
  ...withJointWrites([
    {
      title: 'says in which inbox what comes lands, and says it again unchanged until it is taken away',
      async run({ scene, store, clock, unique }) {
        const here = scene(store({ clock: clock.now }))
        const { account, sourceOaId: oaId, destinationOaId: to } = await moveOf(here, unique)
        const before = present((await account.listInboxes()).items.find((inbox) => inbox.oaId === oaId))
        assert.equal(before.redirectedTo, null)
        const now = clock.advance(1_000)
        const redirected = { ...before, redirectedTo: to, updatedAt: now }
        assert.deepEqual(await account.redirectInbox({ oaId, to }), redirected)
        clock.advance(1_000)
        assert.deepEqual(await account.redirectInbox({ oaId, to }), redirected)
        holds(present((await here.rows.inboxes()).find(({ oa_id }) => oa_id === oaId)), { redirected_to: to })
        const later = clock.advance(1_000)
        const ended = { ...before, updatedAt: later }
        assert.deepEqual(await account.redirectInbox({ oaId, to: null }), ended)
        clock.advance(1_000)
        assert.deepEqual(await account.redirectInbox({ oaId, to: null }), ended)
        assert.deepEqual(column(await here.rows.inboxes(), 'redirected_to'), [null, null])
      },
    },
    {
      title: 'does not find what was never connected, or another account’s, and refuses an inbox as its own destination',
      async run({ scene, unique }) {
        const ours = scene()
        const theirs = ours.foreign()
        const { account, sourceOaId: oaId } = await moveOf(ours, unique)
        const [other, none] = [unique('theirs'), unique('none')]
        await theirs.account.connectInbox({ oaId: other, channel: 'whatsapp' })
        for (const [from, to] of [
          [oaId, other],
          [oaId, none],
          [none, oaId],
          [other, oaId],
          [other, null],
        ] as const) {
          await rejects(account.redirectInbox({ oaId: from, to }), 'NOT_FOUND', { what: 'inbox' })
        }
        await rejects(account.redirectInbox({ oaId, to: oaId }), 'VALIDATION_FAILED')
        await rejects(account.redirectInbox({ oaId, to: { $ne: null } as never }), 'VALIDATION_FAILED')
        assert.deepEqual(column([...(await ours.rows.inboxes()), ...(await theirs.rows.inboxes())], 'redirected_to'), [null, null, null])
      },
    },
    {
      title: 'stays while the inbox is connected anew, disconnected, or patched',
      async run({ scene, unique }) {
        const { account, sourceOaId: oaId, destinationOaId: to } = await moveOf(scene(), unique)
        await account.redirectInbox({ oaId, to })
        holds(await account.connectInbox({ oaId, channel: 'whatsapp', name: 'Shop' }), { redirectedTo: to, name: 'Shop' })
        holds(await account.disconnectInbox({ oaId }), { redirectedTo: to })
        holds(await account.recordHistoryProgress({ oaId, progress: 10 }), { redirectedTo: to })
      },
    },
  ]),
  ...withEvents(
    withJointWrites([
      {
        title: 'leaves alone what is stored, and what another account has under the same names',
        async run({ scene, unique }) {
          const ours = scene()
          const theirs = ours.foreign()
          const { account, sourceOaId: oaId, destinationOaId: to } = await moveOf(ours, unique)
          await theirs.account.connectInbox({ oaId, channel: 'messenger' })
          await ours.write(said('m1'))
          const stored = { people: await ours.rows.contactInboxes(), conversations: await ours.rows.conversations() }
          await account.redirectInbox({ oaId, to })
          assert.deepEqual({ people: await ours.rows.contactInboxes(), conversations: await ours.rows.conversations() }, stored)
          const theirsNow = await theirs.write(said('m1'))
          assert.equal(theirsNow.redirectedTo, undefined)
          holds(only(await theirs.rows.conversations()), { oa_id: oaId })
        },
      },
      {
        title: 'lets a person who moved back be in the inbox again, and strangers land there once it is taken away',
        async run({ scene, unique }) {
          const here = scene()
          const move = await moveOf(here, unique, { source: 'sms', destination: 'sms' })
          const { account, sourceOaId: oaId, destinationOaId: to } = move
          const { conversation } = await here.write(said('m1'))
          await moveAll(move, await begun(move))
          await account.redirectInbox({ oaId, to })
          assert.equal((await here.write(said('m2'))).redirectedTo, to)
          await moveAll(move, await begun({ account, sourceOaId: to, destinationOaId: oaId }))
          const back = await here.write(said('m3'))
          assert.deepEqual([back.redirectedTo, back.conversation?.id, back.conversation?.oaId], [undefined, present(conversation).id, oaId])
          await account.redirectInbox({ oaId, to: null })
          const stranger = here.another()
          holds((await stranger.write(said('m1'))).conversation, { oaId })
        },
      },
    ]),
  ),
]
