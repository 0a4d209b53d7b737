throw new Error('no config');
