import { Fault } from '../wire/fault.ts';

/** @throws Fault when no container can have that name. */
export function checkContainerName(name: string): void {
  if (name === '$root' || name === '$logs' || name === '$web') return;
  if (name.length < 3 || name.length > 63) {
    throw new Fault('OutOfRangeInput', {
      message: 'The specified resource name length is not within the permissible limits.',
    });
  }
  if (!/^[a-z0-9](?:-?[a-z0-9])*$/u.test(name)) throw new Fault('InvalidResourceName');
}

/**
 * The name under which the service stores a blob: it drops dots at the end of a segment and, in a
 * hierarchical namespace, empty segments. @throws Fault when no blob can have that name.
 */
export function storedName(name: string, hns: boolean): string {
  // What the service's own HTTP layer refuses.
  if (hasControls(name)) throw new Fault('InvalidUri', { message: 'Bad Request' });
  if (name.length > 1024) throw new Fault('InvalidUri');
  let segments = name.split('/').map((segment) => segment.replace(/\.+$/u, ''));
  if (hns) {
    const trailing = segments.at(-1) === '';
    segments = segments.filter((segment) => segment !== '');
    if (trailing) segments.push('');
  }
  if (segments.length > (hns ? 61 : 255)) throw new Fault('InvalidUri');
  return segments.join('/');
}

/** Whether a text has ASCII control characters. */
export function hasControls(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x20 || unit === 0x7f) return true;
  }
  return false;
}
