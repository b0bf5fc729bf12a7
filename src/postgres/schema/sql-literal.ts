/**
 * The value as an escape string, which means the same under every setting of standard_conforming_strings. A `$` is
 * escaped, because it could end the block.
 */
export function literal(value: string): string {
  const escaped = value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('$', '\\x24')
  return `e'${escaped}'`
}
