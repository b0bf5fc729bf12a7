import { describe, expect, test } from 'vitest'
import { bodyOf, channels, type Expected, expectedOf, namesOf, optionsOf } from './collected-bodies.js'
import { inPayloadWords } from './in-payload-words.js'

/** Where the library decides otherwise than those who collected the bodies: docs/decisions/what-a-body-becomes.md. */
const decided: Readonly<Record<string, Omit<Expected, 'trap'>>> = {
  // An id is opaque. It is text to everybody but Instagram.
  'instagram/sender_not_numeric': {
    outcome: 'events',
    events: [
      {
        kind: 'message',
        channel: 'instagram',
        accountRef: '17841452691600098',
        customerId: 'abc5678',
        occurredAt: '2022-11-09T19:32:13.735Z',
        text: 'Hello',
      },
    ],
  },
}

/** What is compared even if an expectation does not name it. */
const always = ['kind', 'channel', 'accountRef', 'customerId', 'occurredAt', 'attachments', 'unsupported', 'standby', 'history']

describe.each(Object.entries(channels))('each collected body of %s', (channel, { normalizer }) => {
  const expected = expectedOf(channel)

  test('has an expectation, and each expectation a body', () => {
    expect(namesOf(channel).toSorted()).toEqual(Object.keys(expected).toSorted())
  })

  test.each(Object.entries(expected))('%s is read as expected', (name, given) => {
    const { outcome, events = [] } = decided[`${channel}/${name}`] ?? given
    const normalized = normalizer.normalize(bodyOf(channel, name), optionsOf(channel, name))
    const words = inPayloadWords(normalized.items, normalizer)
    const named = words.map((event, index) => {
      const compared = [...always, ...Object.keys(events[index] ?? {})]
      return Object.fromEntries(Object.entries(event).filter(([key, value]) => compared.includes(key) && value !== undefined))
    })
    expect(named, JSON.stringify(normalized)).toEqual(events)
    expect(normalized.outcome).toBe(outcome)
    expect(normalized.reason === null).toBe(outcome === 'events')
    expect(normalized.rejected.length > 0).toBe(outcome === 'partial' || outcome === 'invalid')
    if (outcome === 'ignored') expect(normalized.ignored[0]).toEqual({ path: expect.any(String), reason: normalized.reason })
    for (const { customerId, identities = [] } of normalized.items) {
      if (identities.length > 0) expect(identities.map(({ id }) => id)).toContain(customerId)
    }
  })
})
