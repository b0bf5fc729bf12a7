import { expect, test } from 'vitest'
import { refusesMutations } from './mutations.js'
import { sameAsJsonwebtoken } from './token-oracle.js'
import { sameAsTwilio } from './twilio-oracle.js'

const requests = process.env.STRESS_SCALE === 'small' ? 2_000 : 10_000

test(`${requests} changed signatures: none accepted, no exception`, () => refusesMutations(requests))

test(`${requests} random calls of Twilio are answered as Twilio’s own package answers`, async () => {
  const genuine = await sameAsTwilio(requests)
  console.log(`  ${requests} calls, of which ${genuine} genuine, have the package's answer`)
  expect(genuine).toBeGreaterThan(requests / 6)
})

test(`${requests} random tokens are answered as jsonwebtoken answers`, async () => {
  const genuine = await sameAsJsonwebtoken(requests)
  console.log(`  ${requests} tokens, of which ${genuine} genuine, have the package's answer`)
  expect(genuine).toBeGreaterThan(requests / 10)
})
