"""The composition root: everything put together into one ASGI application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

import strawberry
from fastapi import FastAPI
from graphql import DocumentNode, ExecutionResult, OperationDefinitionNode
from starlette.requests import HTTPConnection

from cms import __version__
from cms.assets.storage import Storage
from cms.config import Settings
from cms.context import Context
from cms.database import Database
from cms.endpoint import cors_middleware, graphql_routes
from cms.endpoint.documents import Document, Operation
from cms.endpoint.execution import execute_operation
from cms.endpoint.graphiql import graphiql_page, graphiql_routes
from cms.errors import BadInput, Unauthenticated
from cms.graphql import make_schema
from cms.permissions import PUBLIC, Actor
from cms.perspective import parse_perspective
from cms.reading.planning.plans import Plans
from cms.reading.sources import Facts
