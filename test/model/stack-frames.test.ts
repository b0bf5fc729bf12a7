import { expect, test } from 'vitest'
import { loggableError } from '../../src/http/loggable-error.js'
import { reducedCause } from '../../src/model/reduced-cause.js'
import { stackFrames } from '../../src/model/stack-frames.js'

const lines = 'what lan wrote\n at lan@x.test\n    at lan@x.test\n    at mai (mai@x.test)\n\tat home'
const written = /lan@|lan\.test|mai@|at home/

/** An error with frames of this file alone. */
function thrown(message: string): Error {
  const error = new Error(message)
  return error
}

test.each(['plain', '', 'Error', lines, `${lines}\n`, 'a:1:2\n    at lan (lan.test:1:2)', 'lan\n    at lan.test:1:2'])(
  'the frames of an error that says %j are where it was thrown',
  (message) => {
    const frames = stackFrames(thrown(message))
    expect(frames[0]).toMatch(/^ {4}at thrown \(.*stack-frames\.test\.ts:\d+:\d+\)$/)
    expect(frames.join()).not.toMatch(written)
  },
)

test('neither a message that was changed since, nor what a host has added, is a frame', () => {
  const changed = thrown(lines)
  changed.message = 'left out'
  const shorter = thrown(lines)
  shorter.message = 'what lan wrote'
  const added = thrown('plain')
  added.stack = `${added.stack}\nCaused by: Error: what lan wrote\n    at lan (lan.test:1:2)`
  for (const error of [changed, shorter, added]) {
    expect(stackFrames(error)[0]).toContain('at thrown (')
    expect(stackFrames(error).join()).not.toMatch(written)
  }
  const bare = thrown('plain')
  delete bare.stack
  expect(stackFrames(bare)).toEqual([])
})

test.each([
  'at async Promise.all (index 0)',
  'at new Shop (file:///srv/shop.js:1:2)',
  'at async Shop.open [as run] (node:internal/x:1:2)',
  'at eval (eval at <anonymous> (/srv/a.js:1:2), <anonymous>:1:1)',
  'at Array.map (<anonymous>)',
  'at /srv/a b/x.js:1:2',
  'at wasm://wasm/00a2:wasm-function[7]:0x1f',
  'at f (wasm://wasm/00a2:wasm-function[7]:0x1f)',
  'at String.replace (native)',
])('%s is a frame', (line) => {
  const error = thrown('x')
  error.stack = `Error: x\n    ${line}`
  expect(stackFrames(error)).toEqual([`    ${line}`])
})

test('nothing of a message of several lines comes into a log or a cause', () => {
  expect(JSON.stringify(loggableError(thrown(lines)))).not.toMatch(written)
  expect(reducedCause(thrown(lines), { message: null, fields: {} }).stack).not.toMatch(written)
})
