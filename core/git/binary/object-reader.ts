import { fault, visible } from '../../error/error.ts';
import type { ObjectId } from '../object-id.ts';
import { CatFile, type ObjectInfo, type ObjectType } from './cat-file.ts';
import type { GitRepository } from './git-command.ts';

const mostInfos = 1024;

/** Reads objects through one `git cat-file`: sizes are asked before bytes. */
export class ObjectReader {
  private readonly catFile: CatFile;
  /** What was asked lately: an object never changes, and its size is asked before its bytes. */
  private readonly infos = new Map<ObjectId, ObjectInfo>();

  constructor(repository: GitRepository) {
    this.catFile = new CatFile(repository);
  }

  /** Type and size of an object, or undefined when it is missing. */
  async info(oid: ObjectId): Promise<ObjectInfo | undefined> {
    const known = this.infos.get(oid);
    if (known !== undefined) return known;
    const info = (await this.catFile.ask('info', oid))?.info;
    if (this.infos.size >= mostInfos) this.infos.clear();
    if (info !== undefined) this.infos.set(oid, info);
    return info;
  }

  /**
   * Type and size of what is at a path below a commit, a tree, or a ref by its full name; undefined
   * when nothing is there.
   * @throws `repository.object` for a path with a line break, which git cannot be asked for
   */
  async find(treeish: string, path: string): Promise<ObjectInfo | undefined> {
    if (/[\n\0]/.test(path)) {
      throw fault('repository.object', visible(path), 'a path with a line break or NUL');
    }
    if (path.split('/').some((segment) => segment === '' || /^\.\.?$/.test(segment))) {
      return undefined;
    }
    return (await this.catFile.ask('info', `${treeish}:${path}`))?.info;
  }

  /** What a ref points to, or undefined when there is no such ref. */
  async atRef(ref: string): Promise<ObjectInfo | undefined> {
    return (await this.catFile.ask('info', ref))?.info;
  }

  /**
   * The bytes of an object. Its size is asked first, so that one that is too large is never loaded.
   * @param where what to call it in errors
   * @throws `repository.object` when it is missing or of another type, `git.too-large` over the cap
   */
  async read(
    oid: ObjectId,
    type: ObjectType,
    maxBytes: number,
    where: string = oid,
  ): Promise<Buffer> {
    const info = await this.known(oid, where);
    checkType(info, type, where);
    if (info.size > maxBytes) {
      throw fault('git.too-large', where, `${info.size} bytes; at most ${maxBytes} are read`);
    }
    const answer = await this.catFile.ask('contents', oid);
    return present(answer, where).content;
  }

  /** @throws `repository.object` when one is missing */
  async sizesOf(oids: readonly ObjectId[]): Promise<Map<ObjectId, number>> {
    const infos = await Promise.all([...new Set(oids)].map((oid) => this.known(oid)));
    return new Map(infos.map(({ oid, size }) => [oid, size]));
  }

  async close(): Promise<void> {
    await this.catFile.close();
  }

  private async known(oid: ObjectId, where: string = oid): Promise<ObjectInfo> {
    return present(await this.info(oid), where);
  }
}

function present<T>(answer: T | undefined, where: string): T {
  if (answer !== undefined) return answer;
  throw fault('repository.object', where, 'the object is missing');
}

function checkType(info: ObjectInfo, type: ObjectType, where: string): void {
  if (info.type === type) return;
  throw fault('repository.object', where, `a ${info.type} stands where a ${type} belongs`);
}
