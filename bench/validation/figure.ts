import { upsertConversationWithEventsInput } from '../../src/model/validation/conversation-schemas.js'
import { parse } from '../../src/model/validation/parse.js'

/** Prints what it costs to validate calls of about 15 MiB, in milliseconds of this process's CPU. */
const mebibyte = 1024 * 1024
const payloadBytes = 250 * 1024

type Payload = Record<string, unknown>

function nested(depth: number, width: number): unknown {
  return depth === 0 ? 1 : Array.from({ length: width }, () => nested(depth - 1, width))
}

/** As many events as fill 15 MiB, each with a payload that `make` makes for a number of bytes. */
function callOf(make: (bytes: number) => Payload): unknown {
  const payload = make(payloadBytes)
  const events = Array.from({ length: Math.floor((15 * mebibyte) / payloadBytes) }, () => ({
    type: 'referral',
    payload: structuredClone(payload),
  }))
  return { oaId: 'page', customerId: 'lan', events }
}

const shapes: Readonly<Record<string, unknown>> = {
  'long texts': callOf((bytes) => ({ text: 'x'.repeat(bytes) })),
  'objects as webhooks send them': callOf((bytes) => ({
    items: Array.from({ length: Math.floor(bytes / 120) }, (_, index) => ({
      id: `item-${index}`,
      title: 'a title of some words',
      price: 12.5,
      tags: ['a', 'b'],
    })),
  })),
  'small numbers': callOf((bytes) => ({ numbers: Array.from({ length: bytes / 2 - 20 }, () => 1) })),
  'small texts': callOf((bytes) => ({ texts: Array.from({ length: bytes / 5 - 20 }, () => 'ab') })),
  'nested arrays': callOf(() => ({ nested: nested(16, 2) })),
  'many keys': callOf((bytes) => Object.fromEntries(Array.from({ length: bytes / 14 }, (_, index) => [`key-${index}`, 1]))),
  'small numbers in one array': { oaId: 'page', customerId: 'lan', metadata: { numbers: Array.from({ length: 7.5 * mebibyte }, () => 1) } },
  'as many values as a call may have': {
    oaId: 'page',
    customerId: 'lan',
    events: Array.from({ length: 24 }, () => ({ type: 'referral', payload: { numbers: Array.from({ length: 19_900 }, () => 1) } })),
  },
  'refused for the last of too many values': {
    oaId: 'page',
    customerId: 'lan',
    events: Array.from({ length: 60 }, () => ({ type: 'referral', payload: { numbers: Array.from({ length: 19_900 }, () => 1) } })),
  },
}

for (const [name, input] of Object.entries(shapes)) {
  const milliseconds: number[] = []
  let answer = ''
  for (let round = 0; round < 3; round++) {
    const before = process.cpuUsage()
    try {
      parse(upsertConversationWithEventsInput, input)
      answer = 'accepted'
    } catch (error) {
      answer = error instanceof Error ? error.message.slice(0, 90) : String(error)
    }
    const { user, system } = process.cpuUsage(before)
    milliseconds.push((user + system) / 1000)
  }
  console.log(
    `${name.padEnd(42)} ${Math.min(...milliseconds)
      .toFixed(1)
      .padStart(8)} ms   ${answer}`,
  )
}
