/**
 * What usernames are compared by: without regard to case, space around them or a leading `@`. Empty when nothing is
 * left.
 */
export function usernameKey(username: string): string {
  return username.trim().replace(/^@/, '').trim().toLowerCase()
}
