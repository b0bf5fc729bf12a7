/**
 * Why a database could not be reached or would not serve:
 * - `REFUSED`: nothing listens there. `UNREACHABLE`: there is no way to it. `HOST_NOT_FOUND`: the name is not known.
 * - `TIMEOUT`: it did not answer in time. `CONNECTION_LOST`: it ended the connection.
 * - `TLS`: the encrypted connection failed, or the server wants one.
 * - `AUTHENTICATION`: it refused the user. `DATABASE_NOT_FOUND`: it has no such database. `RIGHTS`: the user may not.
 * - `READ_ONLY`: it only reads. `NO_PRIMARY`: none of the replica set takes writes. `STARTING`: it starts or stops.
 * - `TOO_MANY_CONNECTIONS`: it gives no more of them. `POOL_EXHAUSTED`: the client's own pool has none to spare.
 * - `NO_SPACE`: its disk or memory is full. `STATEMENT_STOPPED`: a time limit, or somebody, stopped the statement.
 */
export type ConnectionCauseCode =
  | 'REFUSED'
  | 'UNREACHABLE'
  | 'HOST_NOT_FOUND'
  | 'TIMEOUT'
  | 'CONNECTION_LOST'
  | 'TLS'
  | 'AUTHENTICATION'
  | 'DATABASE_NOT_FOUND'
  | 'RIGHTS'
  | 'READ_ONLY'
  | 'NO_PRIMARY'
  | 'STARTING'
  | 'TOO_MANY_CONNECTIONS'
  | 'POOL_EXHAUSTED'
  | 'NO_SPACE'
  | 'STATEMENT_STOPPED'

export interface ConnectionCause {
  readonly code: ConnectionCauseCode
  /** Where, as `host:port`, or several with commas between. Null where the driver does not tell. */
  readonly host: string | null
  /** The code of the driver, of Node or of the server, for example `ECONNREFUSED` or `28P01`. Null if there is none. */
  readonly driverCode: string | null
}

const sentences: { readonly [C in ConnectionCauseCode]: (host: string) => string } = {
  REFUSED: (host) => `${host} refused the connection: see that the server runs there and listens on that port`,
  UNREACHABLE: (host) => `there is no way to ${host}: see the network and the firewall`,
  HOST_NOT_FOUND: (host) => `the name of ${host} is not known: check the host in the connection string, and the name server`,
  TIMEOUT: (host) => `${host} did not answer in time: see that it can be reached from here, and that it is not overloaded`,
  CONNECTION_LOST: (host) => `the connection to ${host} was lost`,
  TLS: (host) =>
    `no encrypted connection to ${host} could be agreed on: check the certificates and the setting of TLS in the connection string`,
  AUTHENTICATION: (host) => `${host} refused the user or the password: check both in the connection string`,
  DATABASE_NOT_FOUND: (host) => `${host} has no such database: check its name in the connection string, or create it`,
  RIGHTS: (host) => `${host} does not allow it to this user: grant the right, or connect as another user`,
  READ_ONLY: (host) => `${host} only reads: connect to the primary, or end what makes it read-only`,
  NO_PRIMARY: (host) => `${host} has no primary that takes writes: see the state of the replica set, and its name in the connection string`,
  STARTING: (host) => `${host} is starting or shutting down`,
  TOO_MANY_CONNECTIONS: (host) => `${host} gives no more connections: end some, or raise its limit`,
  POOL_EXHAUSTED: (host) => `no connection of the client's pool to ${host} became free in time: make the pool larger`,
  NO_SPACE: (host) => `the disk or the memory of ${host} is full`,
  STATEMENT_STOPPED: (host) => `${host} stopped the statement: a time limit of the role, the database or the host is too short for it`,
}

/** What happened, where, and what to do about it. */
export function causeInWords({ code, host, driverCode }: ConnectionCause): string {
  return `${sentences[code](host ?? 'the server')}${driverCode === null ? '' : ` (${driverCode})`}`
}

/** What Node and OpenSSL say of a connection, which both drivers pass on. Null for any other code. */
export function causeOfNodeCode(code: string): ConnectionCauseCode | null {
  const known = nodeCodes[code]
  if (known !== undefined) return known
  return /^(ERR_TLS_|ERR_SSL_|CERT_|ERR_OSSL_)|SELF_SIGNED_CERT|UNABLE_TO_(GET_ISSUER|VERIFY_LEAF)|HOSTNAME_MISMATCH/.test(code)
    ? 'TLS'
    : null
}

const nodeCodes: Readonly<Record<string, ConnectionCauseCode>> = {
  ECONNREFUSED: 'REFUSED',
  // The socket of a server on the same machine.
  ENOENT: 'REFUSED',
  ENOTFOUND: 'HOST_NOT_FOUND',
  EAI_AGAIN: 'HOST_NOT_FOUND',
  EAI_FAIL: 'HOST_NOT_FOUND',
  ENODATA: 'HOST_NOT_FOUND',
  ESERVFAIL: 'HOST_NOT_FOUND',
  EHOSTUNREACH: 'UNREACHABLE',
  ENETUNREACH: 'UNREACHABLE',
  ETIMEDOUT: 'TIMEOUT',
  ETIMEOUT: 'TIMEOUT',
  ECONNRESET: 'CONNECTION_LOST',
  ECONNABORTED: 'CONNECTION_LOST',
  EPIPE: 'CONNECTION_LOST',
  EPROTO: 'TLS',
}

/** The field of an error if it is a text or a number. Anything else may hold what nobody may see. */
export function fieldOf(error: unknown, name: string): string | null {
  const value: unknown = error instanceof Error ? Reflect.get(error, name) : undefined
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null
}

/** Where Node tried to connect. An error that stands for several tries has those in `errors`. */
export function addressOf(error: unknown): string | null {
  const inner: unknown = error instanceof AggregateError ? error.errors[0] : undefined
  const name = fieldOf(error, 'hostname') ?? fieldOf(error, 'address') ?? fieldOf(inner, 'address')
  const port = fieldOf(error, 'port') ?? fieldOf(inner, 'port')
  if (name === null) return null
  return port === null ? name : `${name.includes(':') ? `[${name}]` : name}:${port}`
}
