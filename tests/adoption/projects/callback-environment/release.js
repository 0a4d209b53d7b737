exports.release = 'one';
