import { isConversationStoreError } from '../../model/errors.js'
import { withoutSecrets } from '../../model/without-secrets.js'

/** All that `--json` writes to stdout, even for a command that failed: one document and one line end. */
export type JsonDocument = {
  readonly command: string | null
  readonly exitCode: number
} & ({ readonly report: unknown } | { readonly error: JsonError })

export interface JsonError {
  /** An error code of the library, or `ERROR` for any other error. */
  readonly code: string
  readonly message: string
  readonly details: unknown
}

export function jsonText(document: JsonDocument): string {
  return JSON.stringify(document, (_, value: unknown) => plain(value), 2)
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value)
  return typeof value === 'string' ? withoutSecrets(value) : value
}

export function jsonError(error: unknown): JsonError {
  const message = error instanceof Error ? error.message : String(error)
  return isConversationStoreError(error) ? { code: error.code, message, details: error.details } : { code: 'ERROR', message, details: null }
}
