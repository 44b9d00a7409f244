/** How delegated roles are called. */
import { fault } from '../error/error.ts';
import { topLevelRoles } from '../metadata/names.ts';

const roleName = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$/;
const deviceName = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

/**
 * Asked before the role's file is: a name that is no file name would be looked for elsewhere.
 * @throws `name.form`
 */
export function requireRoleName(where: string, name: string): void {
  const wrong = wrongIn(name);
  if (wrong !== undefined) throw fault('name.form', where, wrong);
}

function wrongIn(name: string): string | undefined {
  if (!roleName.test(name) || deviceName.test(name)) {
    return 'a role name is letters, digits and ._+-, no device name';
  }
  if (/^\d+(\.|$)/.test(name)) return 'a role name that begins like a version reads as one';
  if (topLevelRoles.some((top) => top === name.toLowerCase())) {
    return 'this is the name of a top-level role';
  }
  return name in Object.prototype
    ? 'every JavaScript object has a property of this name'
    : undefined;
}
