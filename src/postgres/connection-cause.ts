import { addressOf, type ConnectionCause, type ConnectionCauseCode, causeOfNodeCode, fieldOf } from '../model/connection-cause.js'

const states: readonly (readonly [RegExp, ConnectionCauseCode])[] = [
  [/^28/, 'AUTHENTICATION'],
  [/^3D000$/, 'DATABASE_NOT_FOUND'],
  [/^42501$/, 'RIGHTS'],
  [/^25006$/, 'READ_ONLY'],
  [/^53300$/, 'TOO_MANY_CONNECTIONS'],
  [/^53/, 'NO_SPACE'],
  [/^57P03$/, 'STARTING'],
  [/^(57014|25P04)$/, 'STATEMENT_STOPPED'],
  [/^(08|57P|25P03|40003)/, 'CONNECTION_LOST'],
]

/** The driver has no codes for these. Its texts are the same since its first versions. */
const messages: readonly (readonly [RegExp, ConnectionCauseCode])[] = [
  [/does not support SSL|SSL\/TLS required|no encryption/i, 'TLS'],
  [/^SASL:/, 'AUTHENTICATION'],
  [/due to connection timeout|timeout exceeded when trying to connect|timeout expired/i, 'TIMEOUT'],
  [/Connection terminated|Connection ended|not queryable/i, 'CONNECTION_LOST'],
]

/** Why the server was not reached or would not serve, or null if the error says nothing of the kind. */
export function connectionCauseOf(error: unknown, host: string | null = null): ConnectionCause | null {
  if (!(error instanceof Error)) return null
  const driverCode = fieldOf(error, 'code')
  const code = codeOf(error.message, driverCode)
  return code === null ? null : { code, host: host ?? addressOf(error), driverCode }
}

function codeOf(message: string, driverCode: string | null): ConnectionCauseCode | null {
  const byMessage = messages.find(([text]) => text.test(message))?.[1]
  // A server that only takes encrypted connections refuses others as it does a wrong user.
  if (driverCode === null || (byMessage === 'TLS' && driverCode === '28000')) return byMessage ?? null
  return states.find(([state]) => state.test(driverCode))?.[1] ?? causeOfNodeCode(driverCode) ?? byMessage ?? null
}

/** The `host:port` that a pool of `pg` connects to, or null if its settings do not tell it for sure. */
export function hostOfPool(pool: unknown): string | null {
  const options: unknown = Reflect.get(Object(pool), 'options')
  const url: unknown = Reflect.get(Object(options), 'connectionString')
  if (typeof url === 'string') return hostOfUrl(url)
  const [host, port] = ['host', 'port'].map((name): unknown => Reflect.get(Object(options), name))
  return typeof host === 'string' ? `${host}:${typeof port === 'number' ? port : 5432}` : null
}

/** A password may hold a character that ends it too soon, and then nothing is told, rather than a part of it. */
function hostOfUrl(url: string): string | null {
  const [, rest = ''] = /^postgres(?:ql)?:\/\/(.*)$/is.exec(url) ?? []
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? ''
  if (rest.slice(authority.length).includes('@')) return null
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (!/^([\w.-]+|\[[\da-f:.]+\])(:\d+)?$/i.test(host)) return null
  return /:\d+$/.test(host) ? host : `${host}:5432`
}
