import { reducedCause } from '../model/reduced-cause.js'

/**
 * What the host is told of an error of the driver as its `cause`. A bulk error of the driver holds the documents that
 * it was to write, and the server's messages quote keys and documents, which begin with a brace.
 */
export function driverCause(error: unknown): unknown {
  if (!(error instanceof Error)) return error
  const labels: unknown = Reflect.get(error, 'errorLabels')
  const fields = {
    code: Reflect.get(error, 'code'),
    codeName: Reflect.get(error, 'codeName'),
    errorLabels: Array.isArray(labels) ? labels.map(String) : undefined,
  }
  return reducedCause(error, { message: withoutValues(error.message), fields })
}

function withoutValues(message: string): string {
  const [told = ''] = message.split(/ dup key|[{]/)
  return told.length < message.length ? `${told.trimEnd()} …` : message
}
