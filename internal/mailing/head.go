package mailing

// Head is what the HTML of every mail says of itself before its title: one column at any
// width, and colours for who reads in the dark. Its classes are paper, soft and button;
// what mail programs do not know of it stands in style attributes as well.
const Head = `<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><style>
body{overflow-wrap:anywhere}
@media (prefers-color-scheme: dark){body{background:#181512!important;color:#ece7df!important}.paper{background:#24201c!important}.soft{color:#b5aca0!important}.button{background:#24786b!important;color:#ffffff!important}}
@media (max-width: 480px){body{padding:12px!important}.paper{padding:20px!important}}
</style>`
