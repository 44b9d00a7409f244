/** "1 role", "2 roles". @param what in the singular */
export function counted(many: number, what: string): string {
  return `${many} ${what}${many === 1 ? '' : 's'}`;
}
