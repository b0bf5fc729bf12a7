import { expect, test } from 'vitest'
import { fingerprintOf, requireFresh } from '../../src/inbox-migrations/fingerprint.js'
import { isConversationStoreError } from '../../src/model/errors.js'
import { between } from './moving.js'

const large = {
  ...between,
  conversations: 10_000,
  messages: 50_000,
  attachments: 0,
  contactInboxes: 10_000,
  people: 10_000,
  skipped: 0,
  activeConflicts: 0,
  contactsToMerge: 0,
  stayingApart: 0,
}

function changedFrom(before: string, now: Partial<typeof large>): readonly string[] {
  try {
    requireFresh(before, { ...large, ...now })
    return []
  } catch (error) {
    if (isConversationStoreError(error, 'STALE_PREVIEW')) return error.details.changed
    throw error
  }
}

test.each([
  ['a first attachment', { attachments: 1 }, []],
  ['as many attachments as one in a hundred messages', { attachments: 500 }, []],
  ['more attachments than that', { attachments: 501 }, ['attachments']],
  ['the first one whom the destination knows', { skipped: 1, activeConflicts: 1, contactsToMerge: 1, stayingApart: 1 }, []],
  ['the first hundredth of the people', { skipped: 100, activeConflicts: 100 }, []],
  ['more of the people', { skipped: 101 }, ['skipped']],
  ['conversations that meet others there', { activeConflicts: 10_000 }, ['activeConflicts']],
  ['contacts that become one', { contactsToMerge: 5_000 }, ['contactsToMerge']],
  ['people who can’t become one', { stayingApart: 101 }, ['stayingApart']],
  ['a hundredth of the conversations', { conversations: 10_100, messages: 49_500 }, []],
  ['more of them', { conversations: 9_899, messages: 50_501 }, ['conversations', 'messages']],
])('%s since a preview: %j', (_, now, changed) => {
  expect(changedFrom(fingerprintOf(large), now)).toEqual(changed)
})

test('anything is much in an inbox of nothing', () => {
  const empty = { ...large, conversations: 0, messages: 0, contactInboxes: 0, people: 0 }
  expect(changedFrom(fingerprintOf(empty), empty)).toEqual([])
  expect(changedFrom(fingerprintOf(empty), { ...empty, conversations: 1, contactInboxes: 1 })).toEqual(['conversations', 'contactInboxes'])
})

test('a fingerprint of before there were counts of what a move meets is compared by what it has', () => {
  const { people: _, activeConflicts: _conflicts, contactsToMerge: _contacts, stayingApart: _apart, ...old } = large
  const fingerprint = Buffer.from(JSON.stringify(old)).toString('base64url')
  expect(changedFrom(fingerprint, { skipped: 100, activeConflicts: 100, attachments: 1 })).toEqual([])
  expect(changedFrom(fingerprint, { skipped: 101 })).toEqual(['skipped'])
})
