import { addressOf, type ConnectionCause, type ConnectionCauseCode, causeOfNodeCode, fieldOf } from '../model/connection-cause.js'

const serverCodes: Readonly<Record<number, ConnectionCauseCode>> = {
  13: 'RIGHTS',
  18: 'AUTHENTICATION',
  6: 'UNREACHABLE',
  7: 'HOST_NOT_FOUND',
  50: 'STATEMENT_STOPPED',
  89: 'TIMEOUT',
  91: 'STARTING',
  189: 'NO_PRIMARY',
  262: 'TIMEOUT',
  9001: 'CONNECTION_LOST',
  10058: 'NO_PRIMARY',
  10107: 'NO_PRIMARY',
  11600: 'STARTING',
  11602: 'STARTING',
  13435: 'NO_PRIMARY',
  13436: 'NO_PRIMARY',
  14031: 'NO_SPACE',
}

const driverNames: readonly (readonly [RegExp, ConnectionCauseCode])[] = [
  [/^Mongo(NetworkTimeout|OperationTimeout)Error$/, 'TIMEOUT'],
  [/^MongoWaitQueueTimeoutError$/, 'POOL_EXHAUSTED'],
  [/^Mongo(Network|PoolCleared|ServerClosed|NotConnected)Error$/, 'CONNECTION_LOST'],
]

/** Why the server was not reached or would not serve, or null if the error says nothing of the kind. */
export function connectionCauseOf(error: unknown, serverCode: number | null): ConnectionCause | null {
  if (!(error instanceof Error)) return null
  if (serverCode !== null) {
    const code = serverCodes[serverCode]
    return code === undefined ? null : { code, host: null, driverCode: String(serverCode) }
  }
  return error.name === 'MongoServerSelectionError' ? causeOfSelection(error) : causeOfChain(error)
}

/** No server could be chosen. Each that was asked says why by itself. */
function causeOfSelection(error: Error): ConnectionCause {
  const servers: unknown = Reflect.get(Object(Reflect.get(error, 'reason')), 'servers')
  const asked = servers instanceof Map ? [...servers] : []
  const host = asked.map(([address]) => String(address)).join(', ') || null
  const [found] = asked.flatMap(([, server]) => causeOfChain(Reflect.get(Object(server), 'error')) ?? [])
  if (found !== undefined) return { ...found, host }
  // Servers that answered, and no error: none of them is what was asked for.
  const isAnswered = asked.some(([, server]) => Reflect.get(Object(server), 'type') !== 'Unknown')
  return { code: isAnswered ? 'NO_PRIMARY' : 'TIMEOUT', host, driverCode: null }
}

/** The driver wraps what Node says, so the innermost code that is known is the cause. */
function causeOfChain(error: unknown): ConnectionCause | null {
  if (!(error instanceof Error)) return null
  const inner = causeOfChain(error.cause)
  if (inner !== null && inner.driverCode !== null) return { ...inner, host: inner.host ?? addressOf(error) }
  const driverCode = fieldOf(error, 'code')
  const code = driverCode === null ? null : causeOfNodeCode(driverCode)
  if (code !== null) return { code, host: addressOf(error), driverCode }
  const byName = driverNames.find(([name]) => name.test(error.name))?.[1]
  if (/\bSSL routines|TLS|certificate\b/i.test(error.message)) return { code: 'TLS', host: addressOf(error), driverCode: null }
  return byName === undefined ? inner : { code: byName, host: addressOf(error), driverCode: null }
}
