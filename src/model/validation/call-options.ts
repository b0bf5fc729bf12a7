import { types } from 'node:util'
import { ownMembers } from './plain-data.js'
import { refusal } from './refusal.js'

/** Reads the signal from a read's options. The signal is the only live object that a host passes in. */
export function readSignal(options: unknown): AbortSignal | null {
  if (options === undefined) return null
  let signal: AbortSignal | null = null
  for (const [key, value] of ownMembers(options, ['options'])) {
    if (key !== 'signal') throw refusal(['options', key], 'is not a known field')
    if (value === undefined) continue
    if (!isAbortSignal(value)) throw refusal(['options', key], 'must be an AbortSignal')
    signal = value
  }
  return signal
}

function isAbortSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null || types.isProxy(value)) return false
  return value instanceof AbortSignal || Object.prototype.toString.call(value) === '[object AbortSignal]'
}
