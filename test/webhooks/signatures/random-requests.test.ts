import { expect, test } from 'vitest'
import { refusesMutations } from './mutations.js'
import { sameAsJsonwebtoken } from './token-oracle.js'
import { sameAsTwilio } from './twilio-oracle.js'

test('a genuine request that was changed anywhere is refused, without an exception', () => refusesMutations(600))

test('a random call of Twilio is answered as Twilio’s own package answers', async () => {
  expect(await sameAsTwilio(600)).toBeGreaterThan(100)
})

test('a random token is answered as jsonwebtoken answers', async () => {
  expect(await sameAsJsonwebtoken(600)).toBeGreaterThan(60)
})
