export const release = 'one';
