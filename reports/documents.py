"""How a document is answered, by the API and by the pages alike: as itself, for nobody's cache, without any rights."""

from django.http import HttpResponse

from members.models import IdentityDocument

EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}
# Shown alone it may load nothing, run nothing, send nothing, and be framed by nobody.
CONFINED = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"


def as_file(document: IdentityDocument, data: bytes) -> HttpResponse:
    name = f"{document.kind.lower()}-{document.pk}.{EXTENSIONS[document.media_type]}"
    return HttpResponse(
        data,
        content_type=document.media_type,
        headers={
            "Content-Disposition": f'inline; filename="{name}"',
            "Content-Security-Policy": CONFINED,
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
