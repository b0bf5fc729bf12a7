/**
 * The key by which usernames are compared. It ignores case, surrounding space and a leading `@`. It is empty when
 * nothing is left.
 */
export function usernameKey(username: string): string {
  return username.trim().replace(/^@/, '').trim().toLowerCase()
}
