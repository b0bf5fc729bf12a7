import { describe, expect, test } from 'vitest'
import { withoutBodySecrets } from '../../../src/webhooks/journal/without-secrets.js'
import { bodyOf, channels, namesOf, optionsOf } from '../collected-bodies.js'

describe.each(Object.entries(channels))('a body of %s without its secrets', (channel, { normalizer }) => {
  test('is read as the body is', () => {
    for (const name of namesOf(channel)) {
      const body = bodyOf(channel, name)
      const options = optionsOf(channel, name)
      const kept: unknown = JSON.parse(JSON.stringify(withoutBodySecrets(body)) ?? 'null')
      expect(normalizer.normalize(kept, options), name).toEqual(normalizer.normalize(body, options))
    }
  })
})

test('what a person wrote stays as it is, and members with secrets go, by whatever spelling', () => {
  const body = {
    text: 'see https://example.test/?access_token=mine&apikey=mine',
    apikey: 's',
    'Access-Token': 's',
    paging: { next: 'https://graph.example.test/?access_token=s&after=x', cursors: { after: 'x' } },
    deep: [{ account_linking: { status: 'linked', authorization_code: 's' }, __proto__: null }],
  }
  expect(withoutBodySecrets(body)).toEqual({
    text: 'see https://example.test/?access_token=mine&apikey=mine',
    paging: { next: 'https://graph.example.test/?access_token=***&after=x', cursors: { after: 'x' } },
    deep: [{ account_linking: { status: 'linked' } }],
  })
})
